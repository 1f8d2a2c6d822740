"""Where bars and points stand: within the picture, in proportion, and nowhere for what is hidden."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.insight.report_files.sample_tables import CREDITS, HOURS, line, month, sample_tables, table
from timecredits.insight.report_files.charts import MOST_BARS, BarChart, LineChart, chart_of
from timecredits.insight.report_files.words import HIDDEN
from timecredits.insight.reports.shapes import TableName

AMOUNTS = st.lists(st.none() | st.integers(-500, 10**9), min_size=2, max_size=30)


@given(AMOUNTS)
def test_bars_are_in_proportion_and_a_hidden_one_is_only_words(amounts: list[int | None]) -> None:
    rows = [line(str(index), amount, 9, 0, 0, name=f"Place {index}") for index, amount in enumerate(amounts)]
    chart = chart_of(table(TableName.HOURS_BY_ORGANISATION, HOURS, *rows))
    if all(amount is None for amount in amounts):
        assert chart is None
        return
    assert isinstance(chart, BarChart)
    assert len(chart.bars) + chart.left_out == len(amounts)
    assert len(chart.bars) == min(len(amounts), MOST_BARS)
    drawn = list(zip(chart.bars, amounts[:MOST_BARS], strict=True))
    for bar, amount in drawn:
        assert (bar.share is None) == (amount is None)
        assert (bar.text == str(HIDDEN)) == (amount is None)
        assert bar.share is None or 0 <= bar.share <= 60
    shown = [(amount, bar.share) for bar, amount in drawn if amount is not None and bar.share is not None]
    for amount, share in shown:
        for other, others in shown:
            assert amount < other or share >= others


@given(st.lists(st.none() | st.integers(0, 10**9), min_size=4, max_size=12))
def test_a_line_has_a_gap_where_something_is_hidden(amounts: list[int | None]) -> None:
    rows = [line(str(index), amount, 9, 0, 0, starts_on=month(index)) for index, amount in enumerate(amounts)]
    chart = chart_of(table(TableName.HOURS_BY_MONTH, HOURS, *rows))
    if all(amount is None for amount in amounts):
        assert chart is None
        return
    assert isinstance(chart, LineChart)
    [series] = chart.series
    shown = [amount is not None for amount in amounts]
    assert len(series.points) == sum(shown)
    assert len(chart.gaps) == len(amounts) - sum(shown)
    assert len(series.segments) == sum(one and other for one, other in pairwise(shown))
    assert not {gap.at for gap in chart.gaps} & {point.across for point in series.points}
    for point in series.points:
        assert 0 <= point.across <= 100
        assert 0 <= point.down <= 100
    numbers = [amount for amount in amounts if amount is not None]
    for amount, point in zip(numbers, series.points, strict=True):
        assert (point.down == min(each.down for each in series.points)) or amount < max(numbers)


def test_two_lines_differ_without_colour() -> None:
    chart = chart_of(sample_tables()[TableName.CREDITS_BY_MONTH])
    assert isinstance(chart, LineChart)
    assert [(each.name, each.shape) for each in chart.series] == [("Earned", 0), ("Used", 1)]
    rows = [line(str(index), None, 60, 0, 0, 0, 0, starts_on=month(index)) for index in range(4)]
    chart = chart_of(table(TableName.CREDITS_BY_MONTH, CREDITS, *rows))
    assert isinstance(chart, LineChart)
    assert chart.series[0].points == ()
    assert len(chart.gaps) == 4


def test_there_is_no_chart_of_nothing_or_of_one_line() -> None:
    tables = sample_tables()
    assert chart_of(tables[TableName.USES_BY_DISTANCE]) is None
    assert chart_of(tables[TableName.HOURS_BY_DISTRICT]) is None
    assert chart_of(table(TableName.HOURS_BY_MONTH, HOURS, line("one", 60, 9, 0, 0, starts_on=month(0)))) is None
