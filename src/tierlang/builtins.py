"""The one table of built-in functions and names: the checker, the interpreter, the highlighter and the docs read it."""

from types import MappingProxyType

from tierlang import quickattrs as attrs


@attrs.frozen
class Builtin:
    """
    A built-in function or name.

    Attributes:
        family: how it is checked and computed: logic, aggregate, select, rank, statistic, number, value, date, level, name.
        form: how it is written.
        options: the names it takes after its arguments, each with the values allowed; () for any expression. Where words
            are listed for ``among``, a condition may stand too.
        en, zh: what it is, one sentence.
    """

    name: str
    family: str
    form: str
    en: str
    zh: str
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()


BEST = ("best", ("high", "low"))
TIES = ("ties", ("min", "max", "avg", "dense"))
MISSING = ("missing", ("exclude", "last"))
AMONG = ("among", ("eligible", "all"))
WITHIN = ("within", ())
THEN = ("then", ())
RANKING = (BEST, TIES, MISSING, AMONG, WITHIN, THEN)
GROUP = (AMONG, WITHIN)
GAP = ("gap", ("unknown", "break", "skip"))
MODES = ("half_up", "half_even", "up", "down", "floor", "ceil")

_ALL = (
    Builtin("any", "logic", "any(c, …) · any(c for m in ms)", "true if one condition is", "有一项成立即为真"),
    Builtin("all", "logic", "all(c, …) · all(c for m in ms)", "true if every condition is", "每一项都成立才为真"),
    Builtin("none", "logic", "none(c, …) · none(c for m in ms)", "true if no condition is", "没有一项成立才为真"),
    Builtin("at_least", "logic", "at_least(k, c, …) · at_least(k, c for m in ms)", "true if k conditions or more are", "至少 k 项成立才为真"),
    Builtin("in_a_row", "logic", "in_a_row(k, c for x in series)", "true if k periods in a row are", "连续 k 个周期成立才为真", (GAP,)),
    Builtin("count", "aggregate", "count(xs) · count(m for m in ms if c) · count(x, over: w) · count(among: c)", "how many elements there are", "元素的个数", GROUP),
    Builtin("sum", "aggregate", "sum(xs) · sum(e for m in ms) · sum(x, over: w) · sum(x, among: eligible)", "the sum; of nothing 0", "求和;没有元素时为 0", GROUP),
    Builtin("mean", "aggregate", "mean(xs) · mean(a, b, …) · mean(e for m in ms) · mean(x, over: w) · mean(x, among: eligible)", "the exact mean; of nothing undetermined", "精确的平均值;没有元素时不确定", GROUP),
    Builtin("min", "aggregate", "min(a, b, …) · min(xs) · min(x, among: eligible)", "the smallest", "最小值", GROUP),
    Builtin("max", "aggregate", "max(a, b, …) · max(xs) · max(x, among: eligible)", "the largest", "最大值", GROUP),
    Builtin("share_of", "aggregate", "share_of(c for m in ms) · share_of(c, …) · share_of(c for x in series, over: w)", "the share for which a condition is true; of nothing undetermined", "满足条件者所占的比例;没有元素时不确定"),
    Builtin("streak", "aggregate", "streak(c for x in series, gap: break)", "for how many periods in a row a condition has been true, up to the last one", "截至最后一个周期,条件连续成立的周期数", (GAP,)),
    Builtin("longest_streak", "aggregate", "longest_streak(c for x in series, gap: break)", "the most periods in a row for which a condition is true", "条件连续成立的最长周期数", (GAP,)),
    Builtin("largest", "select", "largest(xs, k)", "the k largest elements, as a list", "最大的 k 个元素"),
    Builtin("smallest", "select", "smallest(xs, k)", "the k smallest elements, as a list", "最小的 k 个元素"),
    Builtin("distinct", "select", "distinct(xs) · distinct(m.x for m in ms)", "the different elements, each once", "去重后的元素"),
    Builtin("rank", "rank", "rank(x)", "inverse rank score N + 1 − place: the best of N has N", "逆序名次分 N + 1 − 名次:N 个中最好的得 N", RANKING),
    Builtin("place", "rank", "place(x)", "the place, 1 is best", "名次,1 为最好", RANKING),
    Builtin("scaled_rank", "rank", "scaled_rank(x, 100)", "top · (N + 1 − place) / N", "满分 ·(N + 1 − 名次)/ N", RANKING),
    Builtin("top_share", "rank", "top_share(x)", "place / N: 30% means within the top 30%", "名次 / N:前 30% 以内即 <= 30%", RANKING),
    Builtin("percent_rank", "rank", "percent_rank(x)", "(N − place) / (N − 1); 1 when alone", "(N − 名次)/(N − 1);只有一个时为 1", RANKING),
    Builtin("cume_share", "rank", "cume_share(x)", "the share of members that are not better", "不优于它的成员所占比例", RANKING),
    Builtin("better_share", "rank", "better_share(x)", "the share of members that are strictly better; 0 for the best", "严格优于它的成员所占比例;最好的为 0", RANKING),
    Builtin("minmax", "rank", "minmax(x, 0, 100)", "linear from the worst (low) to the best (high); all equal: high", "由最差到最好线性折算;全部相等时取高端", (BEST, MISSING, AMONG, WITHIN)),
    Builtin("top", "rank", "top(x, 10) · top(x, 30%, count: floor)", "whether among the first k, or the first share of N", "是否在前 k 名,或前百分之几以内", (*RANKING, ("at_tie", ("include", "exclude")), ("count", ("floor", "ceil", "half_up")))),
    Builtin("median", "statistic", "median(xs) · median(x)", "the middle value of a list, or of x over the cohort", "中位数:列表的,或全体对象的", GROUP),
    Builtin("quantile", "statistic", "quantile(x, 25%, method: nearest)", "the value below which a share lies, of a list or over the cohort", "分位数", (*GROUP, ("method", ("nearest", "linear", "sas5")))),
    Builtin("variance", "statistic", "variance(x)", "the mean squared distance from the mean, exact", "方差,精确", (*GROUP, ("of", ("population", "sample")))),
    Builtin("stddev", "statistic", "stddev(x)", "the deviation, correctly rounded to `digits` (12)", "标准差,正确舍入到 digits 位(默认 12)", (*GROUP, ("of", ("population", "sample")), ("digits", ()))),
    Builtin("zscore", "statistic", "zscore(x)", "(x − mean) / deviation over the cohort, correctly rounded to `digits` (12)", "标准分:(x − 均值)/ 标准差", (*GROUP, ("of", ("population", "sample")), ("digits", ()))),
    Builtin("weighted", "number", "weighted(a: 40%, b: 60%, missing: redistribute)", "the weighted sum; `redistribute` spreads the weights of missing parts over the rest", "加权和;redistribute 把缺失项的权重按比例分给其余项", (("missing", ("undetermined", "redistribute")),)),
    Builtin("round", "number", "round(x, digits, mode)", "x with so many decimals; the mode is the file's, or half_up", "四舍五入到指定位数", (("mode", MODES),)),
    Builtin("abs", "number", "abs(x)", "the distance from 0", "绝对值"),
    Builtin("clamp", "number", "clamp(x, low, high)", "x, but at least low and at most high", "限制在下限与上限之间"),
    Builtin("sqrt", "number", "sqrt(x, digits: 12)", "the square root, correctly rounded to `digits` (12)", "平方根,正确舍入到 digits 位", (("digits", ()),)),
    Builtin("root", "number", "root(x, k, digits: 12)", "the k-th root, correctly rounded to `digits` (12)", "k 次方根,正确舍入到 digits 位", (("digits", ()),)),
    Builtin("power", "number", "power(x, k)", "x multiplied by itself k times, exact", "x 的 k 次幂,精确"),
    Builtin("ln", "number", "ln(x, digits: 12)", "the natural logarithm, correctly rounded to `digits` (12)", "自然对数,正确舍入到 digits 位", (("digits", ()),)),
    Builtin("log", "number", "log(x, base, digits: 12)", "the logarithm to a base, correctly rounded to `digits` (12)", "以 base 为底的对数,正确舍入到 digits 位", (("digits", ()),)),
    Builtin("exp", "number", "exp(x, digits: 12)", "e to the power x, correctly rounded to `digits` (12)", "e 的 x 次幂,正确舍入到 digits 位", (("digits", ()),)),
    Builtin("normal_cdf", "number", "normal_cdf(z, digits: 12)", "the share of a normal distribution below z deviations, correctly rounded to `digits` (12)", "标准正态分布函数,正确舍入到 digits 位", (("digits", ()),)),
    Builtin("present", "value", "present(x)", "whether x is determined", "是否有确定的值"),
    Builtin("add_months", "date", "add_months(d, n)", "the same day n months later; without such a day, the month's last", "n 个月后的同一天;没有则取月末", (("clamp", ("end", "next_day", "error")),)),
    Builtin("add_years", "date", "add_years(d, n)", "the same day n years later; 29 February becomes 28", "n 年后的同一天", (("clamp", ("end", "next_day", "error")),)),
    Builtin("full_months", "date", "full_months(a, b)", "whole months from a to b", "从 a 到 b 的整月数"),
    Builtin("full_years", "date", "full_years(a, b)", "whole years from a to b", "从 a 到 b 的整年数"),
    Builtin("days_between", "date", "days_between(a, b)", "days from a to b", "从 a 到 b 的天数"),
    Builtin("above", "level", "above(level)", "the next better level; the best stays", "上一级;最高级不变"),
    Builtin("below", "level", "below(level)", "the next lower level; the lowest stays", "下一级;最低级不变"),
    Builtin("bonuses", "name", "bonuses", "the sum of all `bonus` amounts", "全部加分之和"),
    Builtin("deductions", "name", "deductions", "the sum of all `deduct` amounts", "全部扣分之和"),
    Builtin("period_start", "name", "period_start", "the first day of the data window", "数据窗口的第一天"),
    Builtin("period_end", "name", "period_end", "the last day of the data window", "数据窗口的最后一天"),
)  # fmt: skip

BUILTINS = MappingProxyType({builtin.name: builtin for builtin in _ALL})
"""By name, in the order of the reference."""

ALSO_CALLED = MappingProxyType(
    {
        "abs": "absolute",
        "add_months": "edate eomonth",
        "any": "some exists or_",
        "all": "every forall and_ each",
        "at_least": "n_of count_true",
        "band": "interpolate interp lerp piecewise lookup vlookup ladder ifs bracket 分段 插值 区间",
        "clamp": "cap clip limit bound",
        "count": "len length size number countif countifs counta 计数 个数",
        "days_between": "days datedif datediff",
        "distinct": "unique uniq set count_distinct countdistinct nunique 去重",
        "exp": "e",
        "full_months": "months month_diff months_between 月数",
        "full_years": "years age years_between 年数",
        "in_a_row": "consecutive successive 连续",
        "largest": "best top_n nlargest",
        "ln": "log_e",
        "log": "log10 log2",
        "match": "case switch choose when",
        "max": "maximum greatest highest 最大 最大值",
        "mean": "average avg averageif averageifs arithmetic_mean 平均 平均值 均值",
        "median": "中位数",
        "min": "minimum least lowest 最小 最小值",
        "minmax": "normalize normalise scale",
        "none": "no",
        "normal_cdf": "phi norm_dist normsdist pnorm cdf",
        "percent_rank": "percentrank",
        "place": "position ranking order 名次",
        "power": "pow",
        "present": "isnull is_null isblank is_missing exists notnull defined known has",
        "quantile": "percentile quartile 分位数",
        "rank": "排名 名次分",
        "root": "nthroot cbrt geomean geometric_mean",
        "round": "floor ceil ceiling trunc truncate int rounddown roundup integer 四舍五入 取整",
        "share_of": "ratio proportion fraction percentage percent 占比 比例",
        "smallest": "worst nsmallest",
        "sqrt": "square_root",
        "stddev": "std stdev sd deviation 标准差",
        "streak": "run consecutive_periods 连续期数",
        "sum": "total add sumif sumifs 求和 合计",
        "top": "first quota 前",
        "top_share": "percentile_rank top_percent rank_pct",
        "variance": "var 方差",
        "weighted": "sumproduct weighted_mean weighted_sum weighted_average 加权",
        "zscore": "z standardize standardise z_score 标准分",
    }
)
"""What people coming from spreadsheets and other languages call a built-in: for messages."""

FUNCTIONS = frozenset(b.name for b in _ALL if b.family != "name")
NAMES = frozenset(b.name for b in _ALL if b.family == "name")
COHORT_FAMILIES = frozenset({"rank", "statistic"})
