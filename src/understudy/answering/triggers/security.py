# ruff: noqa: E501 - an expression that is cut over lines cannot be read
"""How the security of an account, and privacy, come up, per language, as expressions over folded words."""

from __future__ import annotations

from collections.abc import Mapping

Expressions = Mapping[str, tuple[str, ...]]
"""Language → expressions; any of them is enough."""

_DEEDS = (
    r"(?:(?:has|have|had|is|was|been|just|must|could|may|also|already|even) )*(?:logged|log|logging|signed|got|gotten|broke|broken|"
    r"accessed|accessing|using|used|uses|changed|stole|stolen|took|taken|hijacked|opened|withdrew|withdrawn|spent|entered)"
)
_PAID_FOR = r"(?:transaction|charge|payment|withdrawal|transfer|purchase|login|sign in|order|debit)s?"

SECURITY: Expressions = {
    "en": (
        r"\b(?:wasn t|was not|weren t) me\b|\b(?:isn t|is not|aren t|are not|wasn t|cannot be|can t be) mine\b|\b(?:not|wasn t|weren t) (?:made|done|authori[sz]ed) by me\b|\bi (?:know|knew) nothing (?:about|of)\b|\bi (?:have )?never set up\b",
        r"\b(?:defrauded|tricked into|con man|conned|impersonat\w+|fraudsters?|fake (?:website|site|email|call|link|message))\b|\b(?:was|is) (?:that|this|it) a scam\b|^fraud\b",
        r"\b(?:purse|wallet|bag|handbag|tablet|laptop|cards?|details?|passwords?|pin|identity|data) (?:\w+ ){0,3}?(?:was|were|been|being|is|got) (?:\w+ )?(?:stolen|snatched|leaked|copied|misused|cloned|skimmed|taken over)\b|\b(?:leaked|stolen) online\b",
        r"\b(?:someone|somebody) (?:\w+ ){0,2}?(?:emptying|draining|misusing|got hold of|pretending|bought|ordered|opened|took out) (?:\w+ ){0,5}?(?:my|me)\b|\b(?:placed|opened|ordered|taken out) in my name\b",
        r"\b(?:changed|sent) to (?:one|an? (?:\w+ )?(?:address|number)) (?:\w+ ){0,2}?(?:not know|don t know|never)\b|\bunknown device\b|\byou sent my (?:\w+ ){1,3}?to (?:the wrong|another|someone)\b",
        r"\bwithdraw my consent\b|\bright to (?:erasure|object)\b|\b(?:remove|delete|erase) (?:\w+ ){0,4}?(?:my|all) (?:\w+ )?records\b|\baccess to my (?:file|data|records)\b|\b(?:another|other) (?:family|customer|person|client) s (?:\w+ ){0,2}?(?:address|bank|details|data)\b",
        r"\b(?:stranger|another customer|another client|another person|someone else|somebody else|other people|other customers?) s (?:\w+ ){0,2}?(?:accounts?|invoices?|data|statements?|names?|details|orders?|documents?|card)\b",
        r"\b(?:you|they|your company) (?:\w+ ){0,2}?(?:share|shared|sold|sell|gave|leaked?|passed|disclosed?) (?:\w+ ){0,3}?my (?:\w+ ){0,3}?(?:number|data|information|details|address|e ?mail|records)\b",
        r"\b(?:delete|erase|remove|wipe|forget) (?:\w+ ){0,3}?(?:everything|all|what) (?:\w+ ){0,4}?(?:about|on) me\b",
        r"\b(?:i was|i ve been|i have been|got|been) scammed\b|\bfell for a scam\b|\bsim swap\b",
        r"\b(?:card|wallet|phone|account|identity) (?:\w+ )?(?:was|has been|got|been) (?:\w+ )?(?:stolen|cloned|skimmed|taken over)\b|\bstole my\b",
        r"\b(?:hacked|hackers?|phished|phishing|compromised|identity theft|stolen identity|data breach|breached)\b",
        (
            rf"\b(?:someone|somebody|a stranger|thief|scammer|another person|my ex)(?: else)? {_DEEDS} "
            r"(?:\w+ ){0,4}?(?:account|card|password|login|identity|profile|phone number)\b"
        ),
        rf"\b(?:unauthori[sz]ed|fraudulent|suspicious) (?:\w+ ){{0,2}}?(?:{_PAID_FOR}|access|activity)\b",
        rf"\b(?:did not|didn t|never) (?:authori[sz]ed?|made?) (?:\w+ ){{0,3}}?{_PAID_FOR}\b",
        rf"\b(?:don t|do not|didn t) recogni[sz]e (?:\w+ ){{0,3}}?(?:{_PAID_FOR}|device|it)\b",
        rf"\b{_PAID_FOR} (?:\w+ ){{0,4}}?i (?:did not|didn t|never|don t|do not) (?:make|made|recogni[sz]e|authori[sz]ed?|place)",
        r"\bpassword (?:was|has been|got|is) (?:stolen|changed|leaked)\b|\b(?:stole|stolen) my identity\b",
        r"\b(?:delete|erase|remove|wipe) (?:\w+ ){0,3}?my (?:personal )?(?:data|information)\b",
        r"\bgdpr\b|\bccpa\b|\bright to be forgotten\b|\bdata protection\b|\bdata subject\b",
        r"\b(?:personal )?data (?:\w+ ){0,2}?you (?:hold|have|keep|store)(?: \w+)? (?:on|about) me\b",
        r"\b(?:shared|sold|leaked|exposed|disclosed) (?:\w+ ){0,3}?my (?:\w+ ){0,2}?(?:data|information|details|address|records)\b",
        (
            r"\b(?:another|other|someone else|somebody else|a stranger)(?: customer| person)?(?: s)? (?:\w+ ){0,2}?"
            r"(?:statement|invoice|account details|personal data|details) (?:in|on|under|instead)\b"
        ),
    ),
    "es": (
        r"\bno (?:son mi[oa]s|es mi[oa]|he sido yo|fui yo)\b|\b(?:robado|robaron|robo) (?:\w+ ){0,4}?(?:tarjeta|bolso|cartera|movil|datos)\b|\bestaf(?:ad|aron|o)\w*\b|\botro cliente\b",
        r"\b(?:han|ha) entrado en mi (?:perfil|cuenta|correo)\b|\balguien (?:esta )?(?:usando|usa|utiliza\w*)\b|\bsin mi (?:permiso|autorizacion|consentimiento)\b|\b(?:borr|elimin|suprim)\w* (?:\w+ ){0,3}?(?:mi informacion|mis datos|todo lo que)\b|\bsaca(?:ron|do) (?:\w+ ){0,2}?dinero\b",
        r"\b(?:cargo|pago|compra|movimiento|transferencia|retiro)s? (?:\w+ ){0,4}?no (?:\w+ )?(?:hecho|hice|realice|autorice|reconozco|mio)\b|\bclon\w+|\bme robaron\b",
        r"\bhacke\w+|\bjaque\w+|\bphishing\b|\bsuplant\w+|\bfraude\b|\bfraudulent\w+|\bno autori[zc]\w+",
        r"\brobaron (?:\w+ ){0,3}?(?:cuenta|identidad|contrasena|datos)|\brobo de identidad\b",
        r"\bno reconozco (?:\w+ ){0,3}?(?:cargo|pago|compra|transferencia|movimiento|operacion)",
        r"\balguien (?:\w+ ){0,2}?(?:entro|accedio|uso|usa|usando|cambio|entrado|accedido|usado) (?:\w+ ){0,3}?(?:cuenta|tarjeta|clave)",
        r"\b(?:borr|elimin|suprim)\w* (?:\w+ ){0,3}?mis datos|\brgpd\b|\bproteccion de datos\b",
    ),
    "fr": (
        r"\bvole (?:\w+ ){0,4}?(?:sac|carte|portefeuille|telephone)\b|\bque je n ai (?:pas|jamais)\b|\b(?:inconnu|quelqu un) (?:\w+ ){0,4}?(?:mon|ma|mes) (?:compte|carte|nom)\b|\barnaqu\w+ par\b|\bfait (?:arnaquer|escroquer|avoir par)\b",
        r"\bsans (?:mon|ma|que je) (?:accord|autorisation|permission|le demande|l aie|consentement)\b|\bd un autre client\b|\b(?:effac|supprim)\w* (?:\w+ ){0,3}?(?:sur moi|me concernant)\b",
        r"\bcarte (?:\w+ ){0,2}?(?:volee|clonee)\b|\b(?:paiement|achat|virement)s? que je n ai pas\b|\b(?:debit|prelevement) inconnu\b",
        r"\bpirat\w+|\busurp\w+|\bfraude\b|\bfrauduleu\w+|\bnon autorise\w*|\bhameconnage\b|\bphishing\b",
        r"\bn ai (?:pas|jamais) (?:autorise|effectue|fait|reconnu) (?:\w+ ){0,3}?(?:paiement|achat|virement|prelevement|operation)",
        r"\bne reconnais pas (?:\w+ ){0,3}?(?:paiement|achat|virement|prelevement|debit|operation|transaction)",
        r"\bquelqu un (?:\w+ ){0,3}?(?:utilise|accede|connecte|entre|change|vole) (?:\w+ ){0,3}?(?:compte|carte|mot de passe)",
        r"\b(?:supprim|effac)\w* (?:\w+ ){0,3}?mes donnees|\brgpd\b|\bcnil\b|\bdonnees personnelles\b",
    ),
    "de": (
        r"\b(?:das )?war ich nicht\b|\bich war das nicht\b|\bnicht (?:von mir|ich)\b.{0,12}$|\b(?:die|das|den) ich nicht (?:gemacht|getatigt|bestellt|veranlasst)\b|\bjemand (?:benutzt|nutzt|verwendet) (?:\w+ ){0,2}?(?:karte|konto|daten|namen)\b",
        r"\b(?:geldborse|portemonnaie|brieftasche|tasche|karte|handy)\b.{0,25}\b(?:gestohlen|geklaut|entwendet)\b|\b(?:betrogen|abgezockt)\b|\banderen kunden\b|\bloschen sie (?:\w+ ){0,2}?alles\b|\buber mich gespeichert\b",
        r"\babbuchung\w* (?:\w+ ){0,5}?(?:nicht kenne|unbekannt|nicht von mir)\b|\bunbekannte\w* abbuchung|\b(?:karte|konto|handy) (?:\w+ ){0,2}?(?:gestohlen|geklaut)\b|\bfremde\w* (?:person|rechnung|daten|konto)",
        r"\bgehackt\w*|\bphishing\b|\bidentitatsdiebstahl\b|\bbetrug\w*|\bunbefugt\w*|\bnicht autorisiert\w*|\bunberechtigt\w*",
        r"\bjemand (?:\w+ ){0,5}?(?:zugegriffen|zugriff|eingeloggt|angemeldet|benutzt|verwendet|geandert|geknackt|gestohlen)\b",
        r"\bnicht (?:von mir )?(?:getatigt|veranlasst|autorisiert|ausgelost)\b|\bkenne ich nicht (?:\w+ ){0,2}?abbuchung",
        r"\bmeine (?:personlichen |personenbezogenen )?daten (?:\w+ ){0,3}?(?:loschen|geloscht|loscht)|\bloschen sie (?:\w+ ){0,3}?daten",
        r"\bdsgvo\b|\bdatenschutz\w*|\bdatenauskunft\b|\bdatenleck\b",
    ),
    "ja": (
        r"(?:知らない|覚えのない)(?:請求|引き落とし|決済|支払|取引|購入|注文|ログイン)|盗まれ|誰か(?:が|に)(?:私|自分)?の?.{0,8}(?:使|ログイン|アクセス)|(?:他|別)の(?:お客様|お客さん|人)の(?:情報|請求|明細)|詐欺(?:の|に|で)|(?:個人|私の)(?:の)?(?:個人)?(?:データ|情報).{0,8}(?:消|削除)",
        r"盗まれ|勝手に(?:使|ログイン|引き|送金|変更)|他人の(?:情報|請求|データ|名前)|漏え|漏れ",
        r"乗っ取|不正(?:アクセス|利用|ログイン|使用|請求|送金)|ハッキング|フィッシング|身に覚えのない|心当たりのない",
        r"個人情報(?:を|の|が)?(?:すべて|全て|全部)?(?:削除|消去|消し|漏|流出|開示)|なりすまし|情報漏|パスワードが(?:盗|変え)",
    ),
    "zh": (
        r"(?:不是|没有?)(?:我|本人)的(?:消费|交易|订单)?$|(?:消费|交易|扣款|订单)不是我|(?:有人|别人)(?:在)?(?:用|使用|改|登)(?:了)?我的|被(?:别人|人)(?:改|用|登|盗)|我被骗|(?:个人)?(?:资料|信息|数据).{0,6}(?:全部)?(?:删|注销)",
        r"被偷|被骗|陌生(?:消费|交易|登录|设备)|别人的(?:账单|信息|资料)|不明(?:消费|扣款|交易)|冒用|我没(?:有)?(?:消费|操作|授权|买)",
        r"被盗|盗刷|盗用|被黑|黑客|诈骗|欺诈|钓鱼|异常登录|不是我(?:本人)?(?:操作|消费|转|买|刷|登)",
        r"未经(?:我)?(?:授权|同意|允许)|(?:删除|清除|注销)我的(?:个人|所有)*(?:数据|信息|资料)|个人信息|泄露|隐私",
    ),
}
