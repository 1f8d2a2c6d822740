/** Minutes as credits in words, the same as foundation/amounts.py; the page gives the word for one and for several. */
const QUARTERS = { 0: "", 15: "¼", 30: "½", 45: "¾" };

/** "1½ credits". `one` and `many` are the page's "1 credit" and "2 credits". */
export function creditsText(minutes, one, many) {
  const whole = Math.floor(minutes / 60);
  const quarter = QUARTERS[minutes % 60];
  const amount = quarter === undefined ? (minutes / 60).toFixed(2) : `${whole || !quarter ? whole : ""}${quarter}`;
  return minutes > 0 && minutes <= 60 ? one.replace("1", amount) : many.replace("2", amount);
}

/** A moment's time of day in London: 2:05pm. The same as web/filters.py. */
export function clockTime(instant) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    .format(instant)
    .split(":");
  const [hour, minute] = parts.map(Number);
  return `${hour % 12 || 12}${minute ? `:${parts[1]}` : ""}${hour < 12 ? "am" : "pm"}`;
}
