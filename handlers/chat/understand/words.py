"""One form for what is written in many: full-width, traditional, emoji, WeChat's faces, punctuation, spaces. Pure."""

import re
import unicodedata

SIMPLE = str.maketrans(
    "來換個沒們應該無災傷員轉單電話號碼訂閱預報發現現樓牆壞斷溝橋橫壓淺灣鎮鄉縣區間裡裏後燒滅緊絡聯繫係點幫請謝說錯誤銷"
    "據訊資料對數嗎麼這裡還給從為屬親媽爺陽開關車東塊過進連遷嚴寧會當樣幾歲殘體種類別執術體醫藥護險凍風門聽復確認"
    "沖衝蹤暈觸捲圍難墜懸氣識煙頂鐵隊動喪婦嬰兒擋潰決漲倉庫廠學線網滾鬆搶誰場擊腦臟腳頭臉隻豬雞鴨魚馬鵝樹莊麥兩萬條組"
    "戶農棟輛臺層畝喚嗆陸勢內邊嚇淪濺燙傾隱尋鎖濕聲響讓殺輕燈爐腫癱駛趕邁蓋盡齊變週營虛顧飯餓陣龍繩滲灑",
    "来换个没们应该无灾伤员转单电话号码订阅预报发现现楼墙坏断沟桥横压浅湾镇乡县区间里里后烧灭紧络联系系点帮请谢说错误销"
    "据讯资料对数吗么这里还给从为属亲妈爷阳开关车东块过进连迁严宁会当样几岁残体种类别执术体医药护险冻风门听复确认"
    "冲冲踪晕触卷围难坠悬气识烟顶铁队动丧妇婴儿挡溃决涨仓库厂学线网滚松抢谁场击脑脏脚头脸只猪鸡鸭鱼马鹅树庄麦两万条组"
    "户农栋辆台层亩唤呛陆势内边吓沦溅烫倾隐寻锁湿声响让杀轻灯炉肿瘫驶赶迈盖尽齐变周营虚顾饭饿阵龙绳渗洒",
)
SEEN_ONLY = re.compile("[\u200b-\u200f\u2060\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\u200d]")  # joiners, skins, keycaps
FACES = re.compile(r"\[([^\[\]]{1,8})\]|/:?([a-z]{2,8}|[\u4e00-\u9fff]{1,4})")  # [OK], /:ok, /强
PARTS = re.compile(r"[。．.！!？?；;，,、\n]+")
APART = re.compile(  # Korean spaces its words
    r"(?<![\uac00-\ud7a3])\s+(?![\uac00-\ud7a3])|[~〜…—–―─|/\\:：()\[\]【】「」“”\"'=+\-]+"
)


def folded(text: str) -> str:
    """Compatible forms folded, simplified, in lower case; spaces and punctuation still there."""
    plain = SEEN_ONLY.sub("", unicodedata.normalize("NFKC", text)).casefold().translate(SIMPLE)
    return FACES.sub(lambda face: f" {face.group(1) or face.group(2)} ", plain)


def bare(text: str) -> str:
    """Letters, digits and signs that mean something (emoji), and nothing between them."""
    return "".join(c for c in folded(text) if _means(c))


def clauses(text: str) -> list[list[str]]:
    """The bare pieces between marks, by clause: a space, a dash or a ~ ends a piece, a full mark the clause too."""
    made = ([bare(piece) for piece in APART.split(clause)] for clause in PARTS.split(folded(text)))
    return [pieces for clause in made if (pieces := [piece for piece in clause if piece])]


def _means(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] in "LN" or kind in {"So", "Mn", "Mc"}
