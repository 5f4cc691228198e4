"""An explanation in sentences, English or Chinese: the decision, what decided it, what it would take, the sources' words."""

from collections.abc import Iterator

from tierlang.run.explain import Derivation, Explanation, Leaf, Overridden, Reason

WORDS = {
    "en": {
        "rated": "{id}: {tier}",
        "unrated": "{id}: no level; none of the conditions holds",
        "vetoed": "{id}: no level, because of a veto",
        "ineligible": "{id}: not in the cohort",
        "undetermined": "{id}: undetermined, {bounds}",
        "between": "at most {high}, at least {low}",
        "nothing": "no level",
        "because": "because",
        "why_not": "not {tier}, because",
        "eligible": "eligibility",
        "require": "requirement",
        "veto": "veto",
        "cap": "at most",
        "floor": "at least",
        "tier": "level",
        "true": "holds",
        "false": "does not hold",
        "none": "cannot be decided",
        "short": "off by {short}",
        "line": "line {line}",
        "reading": "reading {ids}",
        "from": "where the values come from",
        "place": "{call}: place {place} of {size}",
        "tied": ", tied with {tied}",
        "above": "; just above: {id} with {value}",
        "causes": "cannot be decided, because of",
        "assumed": "taken as declared because it was absent: {names}",
        "warnings": "noted",
        "provisional": "provisional: somebody's eligibility is undetermined, so that places may still change",
        "otherwise": "everybody reaches this level",
        "override": "override {name}: the rules alone give {tier}; {reason}{days}",
        "days": " ({start} to {end})",
        "open": "…",
        "colon": ": ",
    },
    "zh": {
        "rated": "{id}：{tier}",
        "unrated": "{id}：未获等级，没有一个等级的条件成立",
        "vetoed": "{id}：被一票否决，无等级",
        "ineligible": "{id}：不具备参评资格",
        "undetermined": "{id}：无法确定，{bounds}",
        "between": "最高 {high}，最低 {low}",
        "nothing": "无等级",
        "because": "依据",
        "why_not": "未达 {tier}，因为",
        "eligible": "参评资格",
        "require": "必须条件",
        "veto": "一票否决",
        "cap": "最高不超过",
        "floor": "最低不低于",
        "tier": "等级",
        "true": "成立",
        "false": "不成立",
        "none": "无法判断",
        "short": "差 {short}",
        "line": "第 {line} 行",
        "reading": "解读 {ids}",
        "from": "数值来源",
        "place": "{call}：第 {place} 名，共 {size} 名",
        "tied": "，与 {tied} 家并列",
        "above": "；前一名 {id} 为 {value}",
        "causes": "无法判断的原因",
        "assumed": "缺少数据、按声明取默认值：{names}",
        "warnings": "提示",
        "provisional": "暂定：有成员的参评资格无法确定，名次可能变动",
        "otherwise": "未达更高等级者均为此等级",
        "override": "人工调整 {name}：按规则为 {tier}；{reason}{days}",
        "days": "（{start} 至 {end}）",
        "open": "…",
        "colon": "：",
    },
}


def render(explanation: Explanation) -> str:
    """The explanation as text, one fact a line."""
    words = WORDS.get(explanation.lang, WORDS["en"])
    return "\n".join(_lines(explanation, words)) + "\n"


def _lines(e: Explanation, words: dict[str, str]) -> Iterator[str]:
    low, high = e.bounds
    bounds = words["between"].format(low=low or words["nothing"], high=high or words["nothing"])
    tier = f"{e.tier} {e.label}" if e.label and e.label != e.tier else str(e.tier)
    yield words[e.status].format(id=e.id, tier=tier, bounds=bounds)
    if e.provisional:
        yield f"  {words['provisional']}"
    if e.override is not None:
        yield from _override(e.override, words)
    if e.because:
        yield f"  {words['because']}"
        for reason in e.because:
            yield from _reason(reason, words)
    for level, reasons in e.why_not:
        yield f"  {words['why_not'].format(tier=level)}"
        for reason in reasons:
            yield from _reason(reason, words)
    if e.causes:
        yield f"  {words['causes']}"
        yield from (f"    {cause}" for cause in e.causes)
    if e.derivations:
        yield f"  {words['from']}"
        for derivation in e.derivations:
            yield from _derivation(derivation, words)
    if e.assumed:
        yield "  " + words["assumed"].format(names=", ".join(e.assumed))
    if e.warnings:
        yield f"  {words['warnings']}"
        yield from (f"    {warning}" for warning in e.warnings)


def _override(override: Overridden, words: dict[str, str]) -> Iterator[str]:
    days = ""
    if override.start is not None or override.end is not None:
        start, end = override.start or words["open"], override.end or words["open"]
        days = words["days"].format(start=start, end=end)
    facts = {"name": override.name, "tier": override.computed or words["nothing"], "reason": override.reason}
    yield (
        "  " + words["override"].format(**facts, days=days) + _source(override.line, override.readings, words)
    )
    yield from _cites(override.cites)


def _reason(reason: Reason, words: dict[str, str]) -> Iterator[str]:
    truth = words[str(reason.truth).lower()]
    title = f"{words[reason.kind]} {reason.title}".rstrip()
    yield f"    {title}{words['colon']}{truth}" + _source(reason.line, reason.readings, words)
    yield from _cites(reason.cites)
    if not reason.leaves and reason.kind == "tier":
        yield f"      {words['otherwise']}" if reason.truth else f"      {truth}"
    for leaf in reason.leaves:
        yield f"      {_leaf(leaf, words)}"


def _leaf(leaf: Leaf, words: dict[str, str]) -> str:
    if leaf.left is None or leaf.right is None:
        reason = f" ({', '.join(leaf.causes)})" if leaf.causes else ""
        return f"{leaf.text} {words[str(leaf.truth).lower()]}{reason}"
    left, right = _side(leaf.left), _side(leaf.right)
    mark = {True: "✓", False: "✗", None: "?"}[leaf.truth]
    short = f" ({words['short'].format(short=leaf.short)})" if leaf.short else ""
    return f"{mark} {left} {leaf.operator} {right}{short}"


def _side(side: tuple[str, str]) -> str:
    """A name with its value; a literal once."""
    text, value = side
    plain = text.replace("_", "").replace(" ", "")
    return (
        text
        if plain == value or plain[:1].isdigit() or plain in {"true", "false", "..."}
        else f"{text} [{value}]"
    )


def _derivation(d: Derivation, words: dict[str, str]) -> Iterator[str]:
    yield f"    {d.name} = {d.value}  ← {d.text}" + _source(d.line, d.readings, words)
    yield from _cites(d.cites)
    for name, value in d.parts:
        yield f"      {name} = {value}"
    for s in d.standings:
        line = words["place"].format(call=s.call, place=s.place, size=s.size)
        line += words["tied"].format(tied=s.tied) if s.tied else ""
        line += words["above"].format(id=s.above[1], value=s.above[0]) if s.above else ""
        yield f"      {line}"


def _source(line: int, readings: tuple[str, ...], words: dict[str, str]) -> str:
    facts = [words["line"].format(line=line)]
    if readings:
        facts.append(words["reading"].format(ids=", ".join(readings)))
    return f"  ({', '.join(facts)})"


def _cites(cites: tuple[str, ...]) -> Iterator[str]:
    for cite in cites:
        yield f"      「{cite}」"
