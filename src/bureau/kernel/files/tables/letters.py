"""What languages write: letters beside a–z, usual letters and characters of names, words of headers.

Alphabets are those of the orthographies; lists of letters begin with the most frequent.
"""

from __future__ import annotations

from collections.abc import Mapping

# language -> lower-case letters beside a to z
LATIN: Mapping[str, str] = {
    "fr": "éèêëàâçîïôùûüœæÿ",
    "de": "äöüß",
    "es": "áéíóúñü",
    "pt": "áâãàçéêíóôõúü",
    "it": "àèéìòùî",
    "sv": "åäöé",
    "da": "æøåéöä",
    "nl": "éëïöüèêáó",
    "is": "áðéíóúýþæö",
    "ca": "àçèéíïòóúü",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "hu": "áéíóöőúüű",
    "hr": "čćđšž",
    "ro": "ăâîşţ",
    "sq": "çë",
    "tr": "çğıiöşüâîû",
    "lv": "āčēģīķļņšūž",
    "lt": "ąčęėįšųūž",
    "et": "äõöüšž",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơư\u0300\u0301\u0303\u0309\u0323",
}
# syllables that names of one language hold and other readings of the same bytes do not
SYLLABLES: Mapping[str, tuple[str, ...]] = {
    "es": ("ño", "ña", "ñe", "ñi", "uñ"),
    "pt": ("ção", "ão", "ões", "ães", "çõ", "ã"),
    "fr": ("ère", "ène", "ès", "èle", "èr", "ève", "ême", "ïs", "oël", "ët"),
    "it": ("icolò", "onò", "alà", "errù", "icò"),
    "sv": ("ås", "ång", "åk", "ård", "åh", "åb", "ål", "är", "än"),
    "da": ("ør", "øn", "øl", "øv", "ød", "øj", "øs", "øg", "øb", "ær", "jær", "æs", "æk", "åg"),
    "pl": ("łu", "ła", "ło", "ły", "ęd", "ąb", "ński", "ńsk", "śc", "ów", "iń", "żo", "ęk", "św", "cą"),
    "cs": ("ří", "řá", "ěk", "ůž", "ňk", "ová", "ský", "řej", "ář", "ěj", "něk", "ček", "ček", "áče"),
    "hr": ("ić", "čić", "ović", "žić", "đ"),
    "hu": ("ő", "ű", "zsó", "ész"),
    "tr": ("ğl", "oğl", "ış", "ılm", "dın", "yıl", "ız", "şah", "şe", "ğa", "ğu", "ğı", "ınç", "alı", "lış", "rış"),
    "lv": ("ziņ", "iņš", "ītis", "āni", "ār", "ēr", "liņ", "ūrs", "ība", "āl", "īn"),
    "lt": ("ėj", "ienė", "ytė", "aitė", "ūna", "utė", "ius", "aitis", "ų", "žė"),
    "vi": ("yê\u0303n", "â\u0300n", "iê\u0323", "ươ", "vũ", "đỗ", "ă\u0301", "đ"),
}  # fmt: skip
CYRILLIC = "оаеинтрсвлкмдпуяыьгзбчйхжшюцщэфъёіїєґўљњћђџј"
GREEK = "αοιεςτνσρηυπκμλόάίγέήύώδωχθφβξζψϊϋ"
HEBREW = "יוהלאמרבתשנכדםקעחפטגזסןץךףצ"
ARABIC = "الميونرتبةعدسفهكقحجىشطصخأإذزءئضظغؤثآپچژگ"
THAI = "านรอกเงมยลวดทสตะปบคหแจพชขใไโผถซณศฟธภษญฉ"
VOWELS = frozenset("аеёиоуыэюяіїєαεηιουωόάίέήύώϊϋ")
SCRIPTS: Mapping[str, str] = {
    "cyrillic": CYRILLIC,
    "greek": GREEK,
    "hebrew": HEBREW,
    "arabic": ARABIC,
    "thai": THAI,
}

# characters that lists of patients are full of
SIMPLIFIED = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂华建国志玉兰红小春梅婷雪丹海燕淑美佳慧俊宏家宇晓东"
    "三四大子女男岁检查报告完成终审门诊急住院胸部腹头颅电脑断层声磁共振线片普通体已未室号中山公司学技术"
)
TRADITIONAL = frozenset(
    "王李張劉陳楊趙黃周吳徐孫胡朱高林何郭馬羅梁宋鄭謝韓唐馮于董蕭程曹袁鄧許傅沈曾彭呂蘇盧蔣蔡賈丁魏薛葉余潘"
    "杜戴夏鍾汪田任姜范方石姚譚廖鄒熊金陸郝孔白崔康毛邱秦江史顧侯邵孟龍萬段雷錢湯尹黎易常武喬賀賴龔文"
    "偉芳娜秀英敏靜麗強磊軍洋勇艷傑娟濤明超霞平剛桂華建國志玉蘭紅小春梅婷雪丹海燕淑美佳慧俊宏家宇曉東"
    "三四大子女男歲檢查報告完成終審門診急住院胸部腹頭顱電腦斷層聲磁共振線片普通體已未室號中山公司學技術雅怡君豪冠翰宗"
)
JAPANESE = frozenset(
    "田中山川本佐藤鈴木高橋渡辺伊小林加吉井松村原野上石大内子太郎美一花次男女恵森池阿部清水前岡後長谷近坂遠青"
    "斎福西三島金和浩真由健誠幸雄明正隆裕之介香奈智千代陽翔結衣診察検査報告完了終外来入院胸腹頭部科株式会社"
)
HANGUL = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추"
    "철수영희경은미선혜연순자숙준호민재동상기태훈석용규병종광대삼성전자검사완료외래입원흉부"
)
SURNAMES = {
    "gb18030": frozenset(
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董程曹袁邓许沈曾彭"
    ),
    "cp950": frozenset("王李張劉陳楊趙黃周吳徐孫胡朱高林何郭馬羅梁宋鄭謝韓唐馮董程曹袁鄧許沈曾彭"),
}

# words of headers and cells that only the right reading shows; folded and without blanks
_HEADINGS = """
    姓名 性别 性別 年龄 年齡 生日 出生日期 检查号 檢查號 检查流水号 檢查流水號 病历号 病歷號 患者名称 患者姓名
    病人姓名 检查状态 檢查狀態 检查项目 檢查項目 来源 來源 项目 項目 描述 开单时间 開單時間 订单日期时间
    訂單日期時間 报告编号 報告編號 报告状态 報告狀態 影像所见 影像所見 诊断 診斷 建议 建議 门诊 門診 急诊 急診 住院
    检查完成 檢查完成 终审报告 終審報告 已审核 已報告 已报告 初步报告 初步報告 申请人 申請人 发明人 發明人 申请号 公开号
    氏名 患者氏名 性別 生年月日 年齢 検査日 検査項目 患者番号 検査番号 出願人 発明者 公開番号 外来 入院
    이름 성명 환자명 성별 생년월일 나이 검사일 검사명 환자번호 출원인 발명자 외래 입원
    имя фамилия пациент пол возраст датарождения номер статус источник исследование датаисследования
    заявитель изобретатель ім'я прізвище стать вік όνομα ονοματεπώνυμο επώνυμο φύλο ηλικία ημερομηνία
    שם שםמטופל מין גיל תאריך اسم الاسم الجنس العمر تاريخ ชื่อ เพศ อายุ วันที่ ชื่อผู้ป่วย
    prénom né sexe âge numéro größe männlich übersicht geschäftszeichen veröffentlichungsnummer
    priorität prioritätsdatum número años fecha apellidoñ publicación prioridad más antigua
    número descrição situação jméno příjmení pohlaví věk datumnarození imię płeć wiek źródło név életkor
    születésidátum adı soyadı adısoyadı yaş cinsiyet doğumtarihi vārds uzvārds dzimšanasdatums
    vardaspavardė lytis amžius họtên giớitính tuổi
    """
WORDS = frozenset(_HEADINGS.split())
