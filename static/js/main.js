/** What every page runs. The pages work without it; it saves a double save, moves focus to errors and leaves in a hurry. */
import {
  Button,
  CharacterCount,
  Checkboxes,
  createAll,
  ErrorSummary,
  ExitThisPage,
  NotificationBanner,
  PasswordInput,
  Radios,
  SkipLink,
} from "govuk-frontend";

[CharacterCount, Checkboxes, ErrorSummary, ExitThisPage, NotificationBanner, PasswordInput, Radios, SkipLink].forEach((component) =>
  createAll(component),
);
createAll(Button, { preventDoubleClick: true });

// Who is asked to sign in may be somebody else than who kept passes on this phone (static/js/passes.js).
if (location.pathname === "/sign-in") window.caches?.delete("passes");

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
});
