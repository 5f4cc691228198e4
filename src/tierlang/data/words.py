"""
The parts of sentences in diagnostics about data: what was expected, what is wrong, how to mend it.

A *reason* goes on after the value ("`1,5` has commas …"), a *help* is an instruction.
"""

from tierlang.said import Said
from tierlang.types import (
    BoolType,
    DateType,
    ListType,
    NumberType,
    RecordType,
    SeriesType,
    TierType,
    Type,
)

# ---- what a type takes

_NUMBERS = {
    "number": Said("a number such as 12, 1,234.5 or 98.5%", "一个数，例如 12、1,234.5 或 98.5%"),
    "count": Said("a whole number, 0 or more", "不小于 0 的整数"),
    "share": Said("a share from 0 to 1 such as 0.985 or 98.5%", "0 到 1 之间的比例，例如 0.985 或 98.5%"),
    "days": Said("a whole number of days", "整数天数"),
    "money": Said("an amount in {currency} such as 100000", "{currency} 金额，例如 100000"),
}
_SERIES = Said("one value for each {unit}, as an object or a list", "每个周期({unit})一个值的对象或列表")
A_BOOL = Said("true or false (是 or 否)", "true 或 false（是或否）")
A_DATE = Said("a date such as 2023-08-01", "日期，例如 2023-08-01")
A_TEXT = Said("a text", "一段文字")
A_TIER = Said("the name of a level", "等级名称")
A_LIST = Said("a list", "一个列表")
AN_OBJECT = Said("an object with named fields", "带字段名的对象")


def expected(type: Type) -> Said:
    """Say what *type* takes."""
    match type:
        case NumberType(kind=kind, currency=currency):
            return _NUMBERS[kind].fill(currency=currency)
        case SeriesType(unit=unit):
            return _SERIES.fill(unit=unit)
        case BoolType():
            return A_BOOL
        case DateType():
            return A_DATE
        case TierType():
            return A_TIER
        case ListType():
            return A_LIST
        case RecordType():
            return AN_OBJECT
        case _:
            return A_TEXT


PERIODS = {
    "day": Said("a day such as 2023-08-01", "日期，例如 2023-08-01"),
    "month": Said("a month such as 2023-05", "月份，例如 2023-05"),
    "quarter": Said("a quarter such as 2017-Q3", "季度，例如 2017-Q3"),
    "half": Said("a half-year such as 2017-H1", "半年，例如 2017-H1"),
    "year": Said("a year such as 2016", "年份，例如 2016"),
    "fiscal year": Said("a fiscal year such as FY2022", "财年，例如 FY2022"),
}
ANY_PERIOD = Said(
    "a period such as 2023-05, 2017-Q3, 2016 or FY2022", "周期，例如 2023-05、2017-Q3、2016、FY2022"
)
AN_ID = Said("an id", "编号")
A_KEY = Said("a key", "键")
SAME_IN_ALL_ROWS = Said("the same value in all rows of one key", "同一键的各行取值相同")
A_LIST_OF_OBJECTS = Said("a list of objects", "由对象组成的列表")
EXACT_VALUE = Said(
    "a number, a fraction such as 37/3, true or false", "一个数、37/3 这样的分数、true 或 false"
)

# ---- kinds of values that were found

FOUND_BOOL = Said("true or false", "真假值")
FOUND_TEXT = Said("a text", "文字")
FOUND_NUMBER = Said("a number", "数字")
FOUND_DATE = Said("a date", "日期")
FOUND_LIST = Said("a list", "列表")
FOUND_OBJECT = Said("an object", "对象")
FOUND_NOTHING = Said("nothing", "空值")
FOUND_OTHER = Said("another kind of value", "其他类型的值")
FOUND_ONE_CELL = Said("one cell", "单个单元格")

# ---- numbers

TOO_MANY_DIGITS = Said("has more than 40 digits on one side of the point", "小数点一侧超过 40 位数字")
NOT_WHOLE = Said("is not whole", "不是整数")
IS_NEGATIVE = Said("is negative", "是负数")
MORE_THAN_ONE = Said("is more than 1", "大于 1")
WRITE_PERCENT = Said("if percent is meant, write `{percent}`", "若为百分数，请写 `{percent}`")
NOT_A_SHARE = Said("is not between 0 and 1", "不在 0 到 1 之间")
ENDS_IN_POINT = Said("ends in a point", "以小数点结尾")
IS_PERCENTAGE = Said("is a percentage", "是百分数")
BAD_COMMAS = Said("has commas that do not separate groups of three digits", "含有逗号，但并非按三位一组分隔")
MEND_COMMAS = Said(
    "write a decimal point as `.`, and thousands as 1,234,567 or without commas",
    "小数点请写 `.`；千位分隔请写 1,234,567，或不写逗号",
)
TWO_AMOUNTS = Said("can mean two amounts: the point may separate thousands", "有歧义：点可能是千位分隔符")
WRITE_EITHER = Said("write `{first}` or `{second}`", "请写 `{first}` 或 `{second}`")
HAS_UNIT = Said("carries a currency or another unit", "带有货币或其他单位")
NUMBER_ALONE = Said("write the number alone", "请只写数字")
TWO_CURRENCIES = Said("names its currency twice", "写了两次货币")
OTHER_CURRENCY = Said("is not in {currency}", "不是 {currency} 金额")
NOT_CONVERTED = Said(
    "currencies are never converted: give the amount in {currency}",
    "货币不会自动换算，请填写 {currency} 金额",
)
HAS_EXPONENT = Said("is written with an exponent", "使用了科学计数法")
WRITE_ALL_DIGITS = Said(
    "write all digits; in a spreadsheet, format the column as a number before saving it",
    "请写出全部数字；在表格软件中，请先将该列设为数值格式再保存",
)
NOT_FINITE = Said("is not a finite number", "不是有限的数")
CHINESE_NUMERALS = Said("is written in Chinese numerals", "使用了中文数字")
WRITE_DIGITS = Said("write digits, e.g. `900万` or `9000000`", "请写阿拉伯数字，例如 `900万` 或 `9000000`")
BAD_SCALE = Said("uses 万 or 亿 in a way that can be misread", "“万”“亿”的用法有歧义")
ONE_SCALE = Said("write one number with one scale, e.g. `1.5亿`", "请写成一个数加一个单位，例如 `1.5亿`")
IN_BRACKETS = Said("stands in brackets", "带有括号")
WRITE_MINUS = Said("write a negative number as -5", "负数请写作 -5")
SPACE_INSIDE = Said("has a space between its digits", "数字之间有空格")
NO_SPACES = Said("write it without spaces", "请去掉空格")
NOT_ONE_NUMBER = Said("is not one number", "不是一个数")
STRANGE_CHARACTER = Said("holds `{char}`, which is not part of a number", "含有 `{char}`，不属于数字")

# ---- other cells

IS_EMPTY = Said("is empty", "为空")
MARK_OF_MISSING = Said("is a mark for a missing value", "是表示缺失的标记，不是值")
SPREADSHEET_ERROR = Said("is an error of the spreadsheet", "是表格软件的错误值")
LEAVE_EMPTY = Said(
    "leave the cell empty, or name the mark with `--missing-as '{mark}'`",
    "请将单元格留空，或用 `--missing-as '{mark}'` 声明该标记表示缺失",
)
INVISIBLE = Said("holds the invisible character U+{code:04X}", "含有不可见字符 U+{code:04X}")
DELETE_IT = Said("delete it", "请删除该字符")
IS_A_NUMBER = Said("is a number", "是数字")
WRITE_WORD = Said("write `{word}`", "请写 `{word}`")
NEITHER = Said("is neither true nor false", "既不是真也不是假")
NOT_IN_CALENDAR = Said("is not in the calendar", "日历上没有这一天")
HAS_TIME = Said("carries a time of day", "带有时刻")
BARE_NUMBER = Said("is a bare number", "只是一个数字")
NOT_WHOLE_DATE = Said("is not a whole date", "不是完整的日期")
DAY_OR_MONTH = Said(
    "does not begin with the year, so day and month can be confused", "未以年份开头，日与月可能混淆"
)
WRITE_DATE = Said("write year, month and day as 2023-08-01", "请按年-月-日写作 2023-08-01")
CUT_ID = Said(
    "is a number of which the spreadsheet may have lost digits", "是数字，表格软件可能已丢失其部分数位"
)
TYPE_AS_TEXT = Said("format the column as text and type it again", "请将该列设为文本格式后重新填写")
ROW_OF_TOTALS = Said("looks like a row of totals, not a subject", "像是汇总行，而不是被评对象")
DELETE_ROW = Said("delete the row", "请删除该行")
FORMATTED_WITH = Said("is formatted with `{mark}` in the sheet", "在表格中的格式带有 `{mark}`")
MEND_FORMAT = Said(
    "give it in the declared unit and mend the cell's format", "请按声明的单位填写，并修正单元格格式"
)
NUMBER_IN_SHEET = Said("is a number in the sheet", "在表格中是数字")
DIFFERS = Said("differs from row {row}, which has the same key", "与键相同的第 {row} 行不一致")
LEAVE_ROW_OUT = Said("give a value, or leave the row out", "请填写值，或删除该行")

# ---- files

NOT_A_FILE = Said("is not a file", "不是文件")
DOES_NOT_EXIST = Said("does not exist", "不存在")
MAY_NOT_BE_READ = Said("may not be read", "没有读取权限")
CANNOT_OPEN = Said("cannot be opened: {error}", "无法打开：{error}")
FILE_EMPTY = Said("is empty", "为空")
NO_ROWS = Said("has headings but no rows", "只有标题，没有数据行")
KIND_UNKNOWN = Said("is not of a kind that is read", "不是支持的文件类型")
KINDS_READ = Said(
    "use .csv, .tsv, .json, .jsonl, .xlsx or .parquet", "请使用 .csv、.tsv、.json、.jsonl、.xlsx 或 .parquet"
)
KIND_NOT_WRITTEN = Said("is not of a kind that results are written to", "不是可写出结果的文件类型")
KINDS_WRITTEN = Said(
    "use .parquet, .csv or .jsonl, or the address of a table",
    "请使用 .parquet、.csv 或 .jsonl，或数据表的地址",
)
OLD_EXCEL = Said("is an old or encrypted Excel file", "是旧版或加密的 Excel 文件")
SAVE_AS_XLSX = Said("save it as .xlsx, without a password", "请另存为不带密码的 .xlsx")
IS_ARCHIVE = Said("is a workbook or another zip archive", "是工作簿或其他 zip 压缩文件")
RENAME_XLSX = Said("rename it to .xlsx if it is a workbook", "若是工作簿，请将扩展名改为 .xlsx")
IS_PARQUET = Said("is a Parquet file", "是 Parquet 文件")
RENAME_PARQUET = Said("rename it to .parquet", "请将扩展名改为 .parquet")
IS_PDF = Said("is a PDF document", "是 PDF 文档")
IS_COMPRESSED = Said("is compressed", "是压缩文件")
UNPACK_FIRST = Said("unpack it first", "请先解压")
FILE_BYTES = Said("the file, in bytes", "文件字节数")
UNPACKED_BYTES = Said("the unpacked workbook, in bytes", "解压后的工作簿字节数")
LINE_LENGTH = Said("a line, in characters", "一行的字符数")
TEXT_LENGTH = Said("a text, in characters", "一段文字的字符数")
COLUMN_COUNT = Said("a row, in columns", "列数")
NESTING = Said("nesting of lists and objects", "列表与对象的嵌套层数")

# ---- text files

UNKNOWN_ENCODING = Said("`{name}` is not a known text encoding", "未知的文本编码 `{name}`")
NOT_ENCODED_SO = Said("line {line} is not {encoding} text", "第 {line} 行不是 {encoding} 文本")
HAS_NUL = Said(
    "it holds NUL characters: it is binary, or UTF-16 without its mark",
    "含有 NUL 字符：是二进制文件，或缺少标记的 UTF-16",
)
SAVE_AS_UTF8 = Said(
    "save it as UTF-8, or name its encoding with `--encoding`", "请另存为 UTF-8，或用 `--encoding` 指明编码"
)
SEVERAL_DELIMITERS = Said("has several delimiters in its header: {names}", "表头中出现多种分隔符：{names}")
QUOTE_HEADINGS = Said("put headings that contain one in quotes", "请将含有分隔符的标题加上引号")
STRANGE_DELIMITER = Said("seems to separate its columns by `{char}`", "似乎用 `{char}` 分隔各列")
USE_DELIMITER = Said("separate them by `,`, `;` or tab", "请用 `,`、`;` 或制表符分隔")
CELL_TOO_LONG = Said(
    "has a cell so long that a quote is probably not closed", "单元格过长，很可能是引号未闭合"
)
BAD_QUOTES = Said(
    "has a quote that is not closed, or text after a closing quote", "引号未闭合，或闭合引号之后还有文字"
)
DOUBLE_QUOTES = Said('write a quote inside quotes twice: `""`', '引号内的引号要写两次：`""`')
NO_HEADINGS = Said("has no headings in its first row", "首行没有标题")
ADD_HEADINGS = Said("put the names of the columns in the first row", "请在首行写上各列名称")
BLANK_HEADING = Said("has no heading over column {letter}", "{letter} 列没有标题")
FIRST_ROW_IS_DATA = Said("begins with a row of values instead of headings", "首行是数据而不是标题")
NO_COLUMN = Said("has no column `{name}`", "缺少列 `{name}`")
TWO_COLUMNS = Said("does not have the two columns key and value", "没有键和值两列")

# ---- JSON, workbooks, Parquet

NOT_JSON = Said("is not JSON at line {line}, column {column}", "第 {line} 行第 {column} 列不是合法的 JSON")
WRITE_NULL = Said("write null for a missing value", "缺失值请写 null")
DAMAGED_WORKBOOK = Said("is not a whole, undamaged workbook", "不是完整无损的工作簿")
SEVERAL_TYPES = Said("a column of several types", "一列中有多种类型")
ONE_TYPE = Said("one type in a column", "一列只含一种类型")
NOTHING_MATCHES = Said("is not there: nothing matches the pattern", "不存在：没有文件与该模式匹配")
NO_PARQUET_INSIDE = Said("is a folder without Parquet files", "是文件夹，其中没有 Parquet 文件")
SEVERAL_ARE_PARQUET = Said("folders and patterns are of Parquet files", "文件夹和通配模式只支持 Parquet 文件")
OTHER_KIND = Said(
    "has {found} in the column `{name}`, and {file} has {other}",
    "的 `{name}` 列是 {found}，而 {file} 中是 {other}",
)
OTHER_FOLDERS = Said("lies in folders of other columns than {file}", "所在文件夹表示的列与 {file} 不同")
NOT_NAMED_PARQUET = Said(
    "would be left out: of a folder files are read whose names end in `.parquet`",
    "会被漏掉：读取文件夹时只读文件名以 `.parquet` 结尾的文件",
)
RENAME_PARQUET = Said("rename it, or move it away", "请改名或移走该文件")
DAMAGED_PARQUET = Said("is not a whole, undamaged Parquet file", "不是完整无损的 Parquet 文件")
NOT_ALL_FILES = Said("`{name}` is no single file, and {why}", "`{name}` 不是单个文件，而{why}")
A_FILE_OF_ROWS = Said("a file must be read row by row", "有文件须逐行读取")
PUBLISHED_INTO_ROWS = Said("what was published is filled in row by row", "已公布的结果须逐行填入")
WAS_CHANGED = Said("was changed or removed after it was opened", "打开之后被修改或删除")
RATE_AGAIN = Said(
    "leave it as it is until the results are read, and rate again", "读完结果之前请勿改动它，然后重新评定"
)
SEVERAL_SHEETS = Said("has several sheets: {names}", "有多个工作表：{names}")
NO_SUCH_SHEET = Said("has no sheet `{name}`", "没有工作表 `{name}`")
ITS_SHEETS = Said("its sheets are {names}", "工作表有：{names}")
NO_SHEETS = Said("has no sheets: it is not a workbook", "不是工作簿，没有工作表")
NAME_A_SHEET = Said("name one with `--sheet`", "请用 `--sheet` 指定一个")
NOT_CALCULATED = Said("is a formula that was never calculated", "是尚未计算的公式")
CALCULATE_IT = Said(
    "open the workbook in Excel or WPS and save it there", "请用 Excel 或 WPS 打开并保存该工作簿"
)
MERGED_AWAY = Said(
    "lies in the merged cells {name}, of which only the first has a value",
    "位于合并单元格 {name} 内，只有首格有值",
)
SPLIT_CELLS = Said("split the cells and fill in each of them", "请取消合并并逐格填写")
DATE_ALONE = Said("give the date alone", "请只填日期")
IS_A_TIME = Said("is a time, not a date", "是时间，不是日期")
USE_DATE32 = Said("store dates as date32", "请用 date32 存放日期")
TYPE_NOT_READ = Said("is of a type that is not read", "属于不支持的类型")
STORE_DECIMALS = Said("store exact decimals (decimal128) or text", "请改存精确小数(decimal128)或文本")

# ---- published results

NO_RESULTS = Said("is not a result of `tier rate --format json`", "不是 `tier rate --format json` 的结果")
WRONG_SCHEMA = Said("has the unknown schema `{schema}`", "未知的 schema `{schema}`")
LACKS = Said("lacks `{name}`", "缺少 `{name}`")
UNKNOWN_STATUS = Said("has the unknown status `{status}`", "未知的 status `{status}`")
PUBLISHED_TWICE = Said(
    "publishes `{id}` for {period} of `{scheme}` twice, first in {first}",
    "重复发布了 `{scheme}` {period} 的 `{id}`，首次见于 {first}",
)

# ---- writing

IS_A_FOLDER = Said("is a folder", "是文件夹")
NOT_REGULAR = Said("is not a regular file", "不是普通文件")
READ_ONLY = Said("is read-only", "是只读文件")
CANNOT_WRITE = Said("cannot be written: {error}", "无法写入：{error}")
