"""Names that a reader could take for one another: mixed scripts, letters in two cases, 动销 beside 動銷 (D50)."""

import unicodedata
from collections.abc import Collection, Iterable

from tierlang.diagnostics.model import Findings, Label
from tierlang.syntax import nodes as n

SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")
"""Scripts with letters that look alike; two of them in one name are a trap."""

_TWINS = (
    "萬万與与專专業业東东兩两嚴严個个豐丰臨临為为麗丽舉举義义樂乐習习書书買买亂乱爭争於于虧亏雲云產产親亲億亿僅仅從从倉仓儀仪們们"
    "價价眾众優优會会傳传傷伤倫伦偉伟側侧偵侦儲储兒儿黨党蘭兰關关興兴養养獸兽內内岡冈冊册寫写軍军農农馮冯沖冲決决況况凍冻凈净減减"
    "鳳凤憑凭凱凯擊击劃划則则剛刚創创刪删別别劑剂劍剑劇剧勸劝辦办務务動动勵励勁劲勞劳勢势勻匀區区醫医華华協协單单賣卖盧卢衛卫卻却"
    "廠厂廳厅歷历曆历壓压厭厌廁厕參参雙双發发變变敘叙疊叠葉叶號号嘆叹嚇吓嗎吗聽听啟启吳吴員员嘗尝響响問问園园圍围國国圖图圓圆聖圣"
    "場场壞坏塊块堅坚壇坛壩坝墳坟墜坠壟垄壘垒壯壮聲声殼壳處处備备復复夠够頭头夾夹奪夺奮奋獎奖婦妇媽妈嬰婴學学寧宁寶宝實实寵宠審审"
    "憲宪寬宽賓宾對对尋寻導导將将爾尔塵尘堯尧嘗尝層层屆届屬属歲岁豈岂島岛幣币帥帅師师帳帐帶带幫帮廣广慶庆庫库應应廟庙廢废開开異异"
    "棄弃張张彌弥彎弯彈弹強强歸归當当錄录徹彻徑径憶忆憂忧懷怀態态總总戀恋懇恳惡恶惱恼悅悦懸悬驚惊懲惩慣惯願愿戲戏戰战戶户撲扑執执"
    "擴扩掃扫揚扬擾扰撫抚拋抛搶抢護护報报擔担擬拟擁拥攔拦擇择掛挂揮挥擋挡掙挣擠挤撈捞損损換换據据擺摆搖摇攝摄數数敵敌斂敛斬斩斷断"
    "無无舊旧時时曠旷曬晒曉晓術术樸朴機机殺杀雜杂權权條条來来楊杨極极構构槍枪櫃柜標标棧栈棟栋樹树樣样檔档橋桥樁桩夢梦檢检樓楼橫横"
    "歡欢歐欧殘残毀毁畢毕氣气漢汉湯汤溝沟滬沪滄沧淚泪潑泼澤泽潔洁灑洒濟济濃浓測测濾滤漲涨漸渐溫温濕湿滅灭燈灯靈灵災灾爐炉點点煉炼"
    "爍烁爛烂熱热愛爱爺爷牽牵犧牺狀状猶犹獨独獲获獵猎瑪玛環环現现電电畫画暢畅療疗瘋疯盜盗監监盤盘眞真礦矿碼码磚砖確确禮礼禍祸離离"
    "種种積积稱称穩稳窮穷竊窃竄窜競竞筆笔簽签簡简籌筹籃篮籬篱類类糧粮緊紧繫系紀纪約约級级紅红紙纸純纯紛纷細细終终組组經经結结絡络"
    "給给統统絲丝綁绑絕绝繼继續续維维綜综綠绿網网緣缘編编練练縣县縮缩總总績绩織织繳缴罰罚羅罗職职聯联聰聪肅肃腸肠膚肤腫肿脹胀脅胁"
    "勝胜脈脉臟脏腦脑腳脚臉脸藝艺節节蕪芜蘇苏範范莊庄莖茎薦荐藥药榮荣營营薩萨蔣蒋藍蓝蘋苹蟲虫蝦虾補补襯衬裝装襲袭見见觀观規规視视"
    "覽览覺觉計计訂订認认討讨讓让訓训議议記记講讲許许論论設设訪访證证評评識识詐诈訴诉診诊詞词譯译試试詩诗誠诚話话詢询該该詳详語语"
    "誤误說说請请諸诸諾诺讀读課课誰谁調调談谈謀谋謝谢謠谣譜谱豬猪貝贝負负貢贡財财責责賢贤敗败賬账貨货質质販贩貪贪貧贫購购貯贮貫贯"
    "貿贸費费賀贺賊贼賈贾資资賦赋賭赌賞赏賜赐賠赔賴赖賺赚賽赛贈赠贊赞趕赶趙赵跡迹踐践躍跃車车軌轨軟软輪轮載载較较輔辅輛辆輝辉輯辑"
    "輸输轄辖轉转辭辞邊边遼辽達达遷迁過过運运還还這这進进遠远違违連连遲迟適适選选遞递邏逻遺遗郵邮鄧邓鄭郑鄰邻釋释鑒鉴針针鈞钧鋼钢"
    "錢钱鉆钻鐵铁銀银銷销鎖锁鍋锅錯错鏡镜長长門门閃闪閉闭問问間间閒闲聞闻閱阅闊阔隊队陽阳陰阴陣阵階阶際际陸陆陳陈險险隨随隱隐難难"
    "雞鸡霧雾靜静韓韩頁页頂顶項项順顺須须預预領领頻频題题額额顏颜願愿類类顧顾風风飛飞飯饭飲饮館馆馬马駐驻驗验駕驾驅驱騙骗魚鱼鮮鲜"
    "鳥鸟鳴鸣鴻鸿麥麦黃黄齊齐齒齿龍龙龜龟額额屬属級级評评單单訂订戶户滿满類类鑽钻獎奖參参與与週周佈布併并傢家徵征甦苏託托誌志週周"
)
SIMPLIFIED = str.maketrans(_TWINS[::2], _TWINS[1::2])
"""Traditional characters that are common in this field, to their simplified twins."""


def check_lookalikes(idents: Iterable[n.Ident], levels: Collection[str], findings: Findings) -> None:
    """
    Report names of mixed scripts, and pairs of names that differ only by case, form or character set.

    The level `PREMIER` beside the condition `premier` is no such pair: readers tell a level by its capitals.
    """
    seen: dict[str, n.Ident] = {}
    for ident in idents:
        if not ident.text.isascii():
            scripts = {unicodedata.name(char, "?").split()[0] for char in ident.text if char.isalpha()}
            if len(scripts.intersection(SCRIPTS)) > 1:
                findings.add("W-MIXED-SCRIPT", ident.span, name=ident.text)
        folded = unicodedata.normalize("NFKC", ident.text).casefold().translate(SIMPLIFIED)
        twin = seen.setdefault(folded, ident)
        by_case = (twin.text in levels) != (ident.text in levels) and twin.text.lower() == ident.text.lower()
        if twin.text != ident.text and not by_case:
            labels = [Label(twin.span, "other")]
            findings.add("W-LOOKALIKE", ident.span, labels=labels, name=ident.text, other=twin.text)
