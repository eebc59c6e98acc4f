# ruff: noqa: E501 - an expression that is cut over lines cannot be read
"""Matters that are a person's, per language, as expressions over folded words (see `reading`)."""

from __future__ import annotations

from collections.abc import Mapping

from understudy.answering.paid import EscalationReason
from understudy.answering.triggers.security import SECURITY, Expressions
from understudy.answering.triggers.wishes import WANTS_PERSON

_ASKING = r"(?:\w+ ){0,4}?"
"""Up to four words between a demand and what is demanded; `NOT` takes out what only asks about it."""

LEGAL: Expressions = {
    "en": (
        r"\b(?:start|initiate|begin|open) (?:\w+ )?proceedings\b|\bseek damages\b|\blitigat\w+|\b(?:barrister|counsel|tribunal)\b|\bhold you (?:\w+ )?(?:liable|responsible)\b|\bin breach of\b|\bpressing charges\b|\b(?:financial|supervisory|consumer) authority\b|\blegal (?:papers|insurance|representative)\b|\bpolice about (?:you|your)\b|\bnegligence\b|\bwhat you (?:do|did|are doing) is illegal\b|\bagainst the law\b",
        r"\bconsumer (?:protection|rights|agency|court|affairs)\b|\bpress charges\b|\bpolice report\b|\bto the police\b|\bbreach of contract\b|\bstatutory rights\b|\blegally (?:liable|obliged|responsible)\b|\blaw firm\b|\b(?:take|see) you (?:to|in) court\b|\bfile suit\b|\bsue you\b",
        (
            r"\b(?:lawyers?|attorneys?|solicitors?|suing|sued|lawsuit|litigation|class action|subpoena|ombudsman|cfpb|"
            r"trading standards|better business bureau|bbb|cease and desist)\b"
        ),
        r"\b(?:will|going to|gonna|ll|to|want to|might) sue\b|\blegal (?:action|advice|proceedings|department|team|notice|steps|rights)\b",
        r"\b(?:to|in|small claims) court\b|\breport (?:\w+ ){0,5}?(?:regulator|authorities|police|consumer protection)\b",
    ),
    "es": (
        r"\btribunales\b|\b(?:caso|reclamacion|denuncia) (?:en|a) consumo\b|\bjuez\b|\bdenunciar\w*",
        r"\b(?:medidas|vias?) legal\w*|\blegalmente\b|\bpolicia\b|\bjudicial\w*",
        r"\babogad[oa]s?\b|\bdemandar\w*|\bdemanda judicial\b|\bponer una demanda\b|\bdenunci\w+|\bacci(?:on|ones) legal\w*",
        r"\bjuzgado\b|\btribunal\w*|\bvia judicial\b|\bdefensor del (?:pueblo|consumidor|cliente)\b|\boficina del consumidor\b",
    ),
    "fr": (
        r"\bsaisir (?:\w+ )?(?:justice|tribunal|mediateur)\b|\battaquer\w* (?:\w+ )?(?:en )?justice\b|\bassociation de consommateurs\b|\bdevant (?:le|un) juge\b",
        r"\bjuridique\w*|\bvoie judiciaire\b|\btribunaux\b|\baction judiciaire\b|\bcommissariat\b|\bgendarmerie\b",
        r"\bavocate?s?\b|\bporter plainte\b|\bdepos\w+ plainte\b|\bproces\b|\btribunal\b|\bpoursui\w+ (?:en )?justice\b|\ben justice\b",
        r"\bmise en demeure\b|\bmediateur\b|\brepression des fraudes\b|\bdgccrf\b|\bpoursuites\b",
    ),
    "de": (
        r"\b(?:vor (?:dem|einem|einen)|zum) (?:richter|gericht)\b|\bverklagen\b|\banwalt\w*|\banwaltin\b",
        r"\bpolizei\b|\bklagen\b|\bgerichtlich\w*|\bverbraucherschutz\w*|\brechtsweg\b|\bhaftbar\b",
        r"\b(?:rechts)?anwalt\w*|\bverklag\w+|\bklage\b|\bvor gericht\b|\brechtliche\w* schritte\w*|\bjuristisch\w*",
        r"\banzeige erstatten\b|\bstrafanzeige\b|\bverbraucherzentrale\b|\bombudsmann\b|\bbafin\b|\babmahnung\b|\bmahnbescheid\b",
    ),
    "ja": (
        r"法的|通報",
        r"弁護士|訴え|訴訟|裁判|法的(?:措置|手段|手続)|消費者センター|消費生活センター|国民生活センター|告訴|被害届|警察",
    ),
    "zh": (
        r"律师函|去法院|消协",
        r"打官司|告上|举报|公安|警察|法律",
        r"律师|律師|起诉|告你们|法院|诉讼|法律(?:途径|手段|责任|程序)|消费者协会|消协|12315|报警|银保监|维权",
    ),
}

COMPLAINT: Expressions = {
    "en": (
        r"\b(?:file|raise|lodge|submit|put in|register) (?:\w+ ){0,2}?grievance\b|\blodg(?:e|ing) (?:\w+ ){0,2}?complaint\b|\bas a (?:\w+ )?complaint\b|\bcomplaining about (?:you|the way|the state|the conduct)\w*|\bdemand (?:\w+ ){0,2}?apology\b|\bformal (?:objection|dispute|protest)\b|\b(?:handles|my) complaints?\b",
        r"\breport (?:\w+ ){0,6}?(?:staff|employee|technician|driver|to (?:the |your )?management)\b|\bcomplain about (?:an?|your|the) (?:\w+ ){0,3}?(?:staff|technician|driver|agent|employee)\b|\breported to (?:the |your )?management\b|\bdealt with formally\b",
        r"\b(?:formally|officially) (?:complain|dispute|object)\b|\bcomplaint about\b|\bthis is a complaint\b|\bi (?:have|am making) a (?:\w+ )?complaint\b|\bmy complaint\b",
        r"\b(?:formal|official|written) (?:\w+ )?complaint\b|\bcomplaints? (?:department|procedure|team|form)\b",
        r"\b(?:file|lodge|make|submit|raise|register|put in) (?:\w+ ){0,2}?complaint\b|\bto complain\b|\bcomplain formally\b",
    ),
    "es": (
        r"\bquejarme\b|\bdisculpas? (?:por escrito|formal\w*|oficial\w*)\b|\bformular (?:\w+ )?(?:queja|reclamacion)\b",
        r"\b(?:una|mi|esta) (?:queja|reclamacion)\b",
        r"\b(?:queja|reclamacion|reclamo) formal\b|\bhojas? de reclamaciones\b|\bquiero (?:quejarme|reclamar)\b",
        r"\b(?:presentar|poner|hacer|interponer|levantar) (?:\w+ ){0,2}?(?:queja|reclamacion|reclamo)\b",
    ),
    "fr": (
        r"\bme plaindre\b|\bexcuses (?:ecrites|officielles|formelles)\b|\b(?:enregistre[rz]|deposer) (?:\w+ )?(?:reclamation|plainte)\b",
        r"\b(?:une|ma) (?:reclamation|plainte)\b",
        r"\breclamation (?:formelle|officielle|ecrite)\b|\bservice (?:des )?reclamations?\b|\bme plaindre\b",
        r"\b(?:deposer|faire|formuler|adresser) (?:\w+ ){0,2}?reclamation\b",
    ),
    "de": (
        r"\bbeschwere (?:ich )?(?:mich|uns)\b|\bschriftliche\w* (?:entschuldigung|stellungnahme)\b",
        r"\b(?:eine|meine) (?:\w+ )?beschwerde\b",
        r"\b(?:formell|offiziell|formlich|schriftlich)\w* beschwerde\b|\bbeschwerde\w* (?:\w+ ){0,3}?(?:einreichen|einlegen|erheben)\b",
        r"\b(?:mich|uns) (?:\w+ ){0,4}?beschweren\b|\bbeschwerde(?:stelle|abteilung)\b",
    ),
    "ja": (
        r"(?:書面|正式)(?:での|な|に)?(?:謝罪|抗議)|謝罪を(?:求|要求)",
        r"苦情|クレーム",
        r"(?:正式|公式)(?:な|に|の)?(?:苦情|クレーム|抗議)|苦情を(?:申|言|出|入)|クレームを(?:入|申|出)|苦情窓口",
    ),
    "zh": (
        r"书面(?:道歉|答复)|要求.{0,4}道歉",
        r"投诉",
        r"正式投诉|我要投诉|要投诉|投诉(?:你们|部门|电话|渠道|客服)|(?:提出|提交|书面)投诉",
    ),
}

REFUND: Expressions = {
    "en": (
        r"\b(?:want|need|demand|d like|expect) (?:\w+ ){0,3}?(?:deposit|payment|fee|amount) back\b|\b(?:pay|send) (?:me )?back (?:the|my)\b|\breturn (?:the|my) (?:amount|payment|fee)\b|\b(?:you|still) owe me\b|\bkeep my money\b|\bcompensated for\b|\b^request (?:a )?refund\b|\breverse (?:the|this|that|my) (?:charge|fee)\b|\b(?:so|and) (?:please )?refund\b|\bas compensation\b|\bcredit for the (?:days|time|weeks)\b|^refund (?:the|my|order)\b",
        r"\brefund (?:it|this|that|immediately|now|asap)\b|\b(?:have|get) my money back\b|\b(?:requesting|request|claim|claiming) (?:a|my|the) (?:\w+ )?refund\b|\bwaive (?:the|my|this)\b|\b(?:you|must|should) (?:\w+ )?(?:cover|pay for) (?:the|my) (?:\w+ )?(?:costs?|damages?)\b|\bcredit my account\b",
        (
            rf"\b(?:i|we) (?:\w+ ){{0,2}}?(?:want|need|demand|request|requesting|expect|insist on|would like|d like|asking for) {_ASKING}"
            r"(?:refund(?:ed)?|money back|reimburse\w*|compensation|chargeback)\b"
        ),
        r"\b(?:refund|reimburse|compensate) me\b|\b(?:give|send|pay) me (?:\w+ ){0,3}?(?:my money|money back|refund)\b",
        r"^(?:please )?(?:refund|reimburse) (?:my|the|this)\b|\b(?:please|must|have to) (?:issue|authori[sz]e|approve|process|refund) ",
        r"\b(?:authori[sz]e|approve) (?:\w+ ){0,3}?refund\b",
    ),
    "es": (
        r"\b(?:recuperar|quiero) mi dinero\b|\bpaguenme\b|\bdevuelvan\w*\b|\bdevolucion del importe\b",
        r"\breembols(?:en|ame|eme|enme)\b|\bque me reembols\w+",
        rf"\b(?:quiero|exijo|necesito|solicito|pido|reclamo) {_ASKING}(?:reembolso|devolucion|mi dinero|compensacion|indemnizacion)\b",
        r"\b(?:devuelv[ae]n?me|devuelv\w+ (?:\w+ ){0,2}?dinero|reembolsenme|reembolseme|reembolsame)\b",
    ),
    "fr": (
        r"\brendez (?:moi|nous)\b|\b(?:etre|me faire) (?:indemnise|rembourse|dedommage)\w*\b|\brecuperer mon (?:acompte|argent)\b",
        r"\bremboursez\b|\bme rembourser\b|\bmon argent\b",
        (
            rf"\b(?:veux|exige|demande|souhaite|voudrais|reclame) {_ASKING}"
            r"(?:remboursement|remboursee?|mon argent|dedommagement|indemnisation)\b"
        ),
        r"\bremboursez moi\b|\brendez moi mon argent\b",
    ),
    "de": (
        r"\bzahlen sie (?:\w+ ){0,4}?zuruck\b|\bgeld (?:wiederhaben|wieder haben|wieder zuruck)\b|\b(?:fordere|verlange|will) (?:\w+ ){0,2}?schaden\w*ersatz\b|\berstatten\b.{0,3}$|\bsie mir .{0,25}\berstatten\b",
        r"\bzuruckerstatt\w+|\bgeld zuruck\b|\berstatten sie\b",
        (
            rf"\b(?:will|mochte|verlange|fordere|erwarte|beantrage) {_ASKING}"
            r"(?:ruckerstattung|erstattung|geld zuruck|ruckzahlung|entschadigung|schadensersatz)\b"
        ),
        r"\berstatten sie mir\b|\bgeben sie mir mein geld\b|\bmein geld zuruck\b",
    ),
    "ja": (
        r"(?:お金|代金|料金|修理代).{0,4}(?:返して|返金|弁償)|返してほしい|弁償して",
        r"返金(?:対応|希望|要求|請求)|全額返",
        r"返金して|返金を(?:求|お願い|要求|希望|請求)|お金を返|払い戻して|賠償|補償して",
    ),
    "zh": (
        r"(?:钱|款|费)(?:都)?还给我|我要退|赔偿我|退还给我",
        r"(?:要|请|给|想|必须|帮).{0,6}(?:退款|退钱|退费|赔|补偿)",
        r"(?:要求|我要|给我|必须|申请)(?:你们|马上|立即|立刻|全额|给我)*(?:退款|退钱|赔偿|补偿|退费)|把钱退|退我钱|还我钱",
    ),
}

_SERVICE = (
    r"(?:website|site|app|service|system|servers?|internet|network|online banking|portal|platform|power|everything)"
)
OUTAGE: Expressions = {
    "en": (
        r"\b(?:nobody|no one|none of us) (?:\w+ ){0,5}?can (?:\w+ )?(?:log|access|connect|send|open|pay|use|reach)\b|\b(?:entire|whole|all our|all of our|everyone|everybody) (?:\w+ ){0,5}?(?:offline|down|gone|stopped|failing|without internet|not working)\b|\bfailing for (?:all|everyone|everybody)\b|\bserver errors?\b|\breturns? 50[0-9]\b|\bnothing loads\b",
        r"\b(?:servers?|site|website|platform|portal|banking|service|hotline) (?:\w+ ){0,3}?(?:timing out|time out|doesn t load|does not load|won t load|not reachable|not available|not loading|crashed)\b|\bno (?:connection|signal|service|internet) at all\b|\bfor anyone (?:in|at)\b",
        r"\bare (?:\w+ ){0,2}?(?:servers|systems|services) (?:down|offline|having)\b|\berror 50[0-4]\b|\bservice unavailable\b|\binternal server error\b|\bdown for everyone\b|\b(?:no|lost) (?:service|internet|signal|power|electricity|connection) (?:since|in|at|for|all|again)\b",
        rf"\b{_SERVICE} (?:is|are|s|has been|have been|seems|appears|went|has gone) (?:\w+ ){{0,2}}?(?:down|offline|unavailable|unreachable)\b",
        rf"\bis (?:the|your) {_SERVICE} (?:down|offline)\b|\b(?:power|service|network|internet|current|an) outage\b|\boutage (?:in|at|since)\b",
        rf"\b{_SERVICE} (?:is|has been) (?:completely |totally )?(?:not responding|crashing)\b",
    ),
    "es": (
        r"\b(?:toda la calle|todo el (?:barrio|edificio)|a todos|nadie puede) (?:\w+ ){0,3}?(?:internet|luz|entrar|acceder)\b|\berror 50[0-9]\b|\bno funciona nada\b|\bcaido el servicio\b",
        r"\b(?:web|pagina|app|aplicacion|sistema) (?:\w+ ){0,2}?no (?:funciona|carga|responde|abre)\b|\bno (?:funciona|carga|abre) (?:la|el|su) (?:web|pagina|app|aplicacion|sistema)\b",
        (
            r"\b(?:sistema|servicio|pagina|web|app|aplicacion|red|internet|servidor) (?:\w+ ){0,3}?"
            r"(?:caid[oa]s?|no responde|fuera de servicio|interrumpid[oa])\b"
        ),
        r"\bcorte (?:de|del|general) (?:servicio|luz|suministro|internet)\b|\bapagon\b|\bse cayo (?:el|la|su) (?:sistema|web|pagina|app)",
    ),
    "fr": (
        r"\b(?:toute la rue|tout le quartier|tout l immeuble|chez tout le monde|personne ne peut)\b|\berreur (?:serveur|50[0-9])\b|\bplus rien ne (?:marche|fonctionne)\b|\bserveurs? (?:\w+ ){0,2}?tombes?\b",
        r"\b(?:site|application|appli) (?:\w+ ){0,2}?ne (?:fonctionne|repond|marche|charge)\b",
        (
            r"\b(?:site|service|application|appli|serveurs?|reseau|systeme) (?:\w+ ){0,3}?"
            r"(?:en panne|indisponible|hors service|inaccessible|tombe)\b"
        ),
        r"\bpanne (?:generale|de service|d internet|de reseau)\b|\bcoupure (?:de|d) (?:courant|internet|service|reseau)\b",
    ),
    "de": (
        r"\b(?:ganze|gesamte) (?:strasse|haus|viertel|stadt|buro|firma)\b.{0,20}\b(?:kein|ohne|offline)|\bfehler 50[0-9]\b|\bserver (?:\w+ ){0,2}?ausgefallen\b|\bgeht (?:gar )?nichts mehr\b",
        r"\b(?:website|webseite|seite|app|portal|system) (?:\w+ ){0,3}?(?:geht|ladt|funktioniert|reagiert) (?:\w+ )?nicht\b|\bserverfehler\b",
        (
            r"\b(?:website|webseite|app|dienst|service|server|system|netz|internet|portal|online banking) (?:\w+ ){0,4}?"
            r"(?:down|offline|nicht erreichbar|ausgefallen|zusammengebrochen)\b"
        ),
        r"\b(?:strom|server|system|dienst|netz|internet)ausfall\b|\b(?:gross|netz)storung\b",
    ),
    "ja": (
        r"(?:全員|みんな|近所全体|全部).{0,12}(?:使え|つなが|開[きけ]|だめ|同じ)|(?:使え|開[きけ])ません.{0,4}(?:全員|みんな)|サーバーが落ち",
        r"(?:サイト|アプリ|サーバー?|システム|サービス|ネット|回線)(?:に|が|は|も)?(?:つながら|繋がら|表示され|動か)|障害",
        (
            r"(?:サイト|アプリ|サーバー?|システム|サービス|ネット|回線)(?:が|は|も)?(?:全部|ずっと|今|また|完全に)?"
            r"(?:落ち|ダウン|停止し|止まっ|障害|つながら|繋がら)|(?:システム|サーバー|通信)障害|停電"
        ),
    ),
    "zh": (
        r"(?:整栋|整条|全公司|所有人|大家|谁)(?:楼|街)?(?:都)?.{0,4}(?:没网|断网|打不开|用不了|上不去)|(?:服务器|网站|系统)(?:是不是)?(?:挂|崩|坏)了?",
        r"(?:网站|系统|app|平台|网银)(?:一直|又|都|怎么)?(?:用不了|上不去|进不去|登不上|打不开|不能用)|服务器错误|系统错误",
        (
            r"(?:网站|网页|系统|服务器|服务|应用|app|平台|网络|网银)(?:都|全|又|一直|完全|已经|现在)*"
            r"(?:崩溃|崩了|挂了|宕机|瘫痪|打不开|故障|无法访问|中断)|停电|断网|大面积故障"
        ),
    ),
}

DISPUTE: Expressions = {
    "en": (
        r"\b(?:billed|charged|debited|withdrew|took|deducted) (?:\w+ ){0,9}?(?:only|never|cancelled|canceled|not|i owe|more)\b|\b(?:don t|do not|cannot|can t|won t) (?:\w+ )?(?:accept|agree|be right)\b|\bdisagree with\b|\bi contest\b|\bagreed (?:on|to|price)\b|\bnever (?:ordered|agreed|asked)\b|\b(?:mistake|error) (?:in|on) (?:my|the) (?:bill|invoice)\b|\btake it off\b|\bmore than the (?:estimate|quote|offer)\b|\bnobody told me\b|\btwo charges\b|\bnot what i (?:signed|agreed)\b|\btoo much\b|\bbut (?:we|i|you) (?:\w+ ){0,2}?(?:agreed|quoted|said|promised|estimated)\b",
        r"\b(?:was|were) quoted\b|\bquoted (?:at|me|us)\b|\bmore than (?:agreed|quoted|promised)\b|\b(?:don t|do not) owe\b|\brefuse to pay\b|\bhidden fees?\b|\bunexplained\b|\b(?:bill|invoice|charge|fee) (?:\w+ ){0,4}?(?:too high|mistake|error|excessive)\b|\bwhy (?:was|am|have) i (?:been )?(?:charged|billed)\b",
        r"\b(?:over ?charged|over ?billed|double charged|disput(?:e|ed|ing)|billing error|mischarged)\b",
        r"\b(?:charged|billed|debited) (?:\w+ ){0,5}?(?:twice|double|too much|wrong\w*|extra|instead of|for nothing|by mistake)\b",
        r"\b(?:wrong|incorrect) (?:amount|bill|charge|invoice)\b|\bowe me\b|\b(?:bill|invoice|charge) (?:\w+ ){0,3}?(?:wrong|incorrect)\b",
        r"\bnever agreed to (?:pay )?|\bshould (?:only )?(?:be|have been) (?:only )?\d",
    ),
    "es": (
        r"\bno estoy de acuerdo\b|\bpresupuesto (?:\w+ ){0,3}?(?:ponia|era|decia)\b|\bpresupuest\w+\b.{0,30}\bcobran?\b|\bde mas\b",
        r"\bcobr\w+ (?:\w+ ){0,3}?de mas\b|\bme niego a pagar\b|\bcargo (?:\w+ ){0,2}?(?:incorrecto|duplicado|indebido|erroneo)\b|\bno debo\b",
        r"\b(?:cobraron|cobrado|cargaron|cargado|facturado) (?:\w+ ){0,5}?(?:dos veces|doble|de mas|mal|en vez de|por error)\b",
        r"\bcobro (?:indebido|duplicado|doble)\b|\bfactura (?:\w+ ){0,3}?(?:incorrecta|equivocada|mal)\b",
    ),
    "fr": (
        r"\bdevis (?:\w+ ){0,2}?(?:disait|etait|indiquait|prevoyait|de)\b|\bconteste\b|\bde trop\b",
        r"\btrop (?:percu|facture|preleve)\b|\berreur (?:de|sur) (?:\w+ )?facture\b|\brefuse de payer\b|\bdouble (?:prelevement|facturation)\b",
        r"\b(?:facture|preleve|debite|facturee|debitee) (?:\w+ ){0,5}?(?:deux fois|trop|au lieu de|par erreur|en double)\b",
        r"\b(?:surfacture\w*|conteste)\b|\bfacture (?:\w+ ){0,3}?(?:erronee|incorrecte|fausse)\b",
    ),
    "de": (
        r"\b(?:im|laut) angebot\b|\bwiderspreche\b|\bzu viel (?:abgebucht|berechnet|bezahlt|verlangt)\b|\b(?:ausgemacht|abgemacht) (?:war|waren)\b",
        r"\b(?:rechnung|betrag) (?:\w+ ){0,3}?zu hoch\b|\bfalsche\w* (?:betrag|rechnung)\b|\bweigere mich\b|\bdoppelte\w* abbuchung\b",
        r"\b(?:doppelt|zu viel|zweimal|falschlich|irrtumlich) (?:\w+ ){0,4}?(?:abgebucht|berechnet|belastet|bezahlt|in rechnung)\b",
        r"\brechnung (?:\w+ ){0,4}?(?:falsch|fehlerhaft|nicht richtig)\b|\bwiderspreche\b|\bstatt (?:\w+ ){0,2}?(?:berechnet|abgebucht)\b",
    ),
    "ja": (
        r"見積(?:もり|り)?.{0,12}(?:請求|なのに|だった)|(?:円|万)も?(?:多|高)",
        r"請求(?:額|金額|書)?(?:が|に|は)?(?:おかし|間違|誤り|違|高すぎ)|払いすぎ",
        r"二重(?:請求|引き落と|に請求)|過剰請求|(?:請求|料金)(?:額)?が(?:間違|おかし|違)|多く請求",
    ),
    "zh": (
        r"报价.{0,12}(?:收|扣|要)|多收",
        r"扣错|算错|账单(?:金额)?(?:有问题|不对|错)|多付",
        r"(?:重复|多)(?:扣|收|刷)|扣了?(?:我)?两次|乱(?:扣|收)费|账单(?:不对|有误|错)|多收了?",
    ),
}
"""How a bill is disputed; whether it goes to a person, the amount decides."""

MATTERS: tuple[tuple[EscalationReason, Expressions], ...] = (
    (EscalationReason.WANTS_PERSON, WANTS_PERSON),
    (EscalationReason.SECURITY, SECURITY),
    (EscalationReason.LEGAL, LEGAL),
    (EscalationReason.COMPLAINT, COMPLAINT),
    (EscalationReason.REFUND, REFUND),
    (EscalationReason.OUTAGE, OUTAGE),
)
"""Reasons that words alone give, in the order in which they are told when several hold."""

NOT: Mapping[EscalationReason, tuple[str, ...]] = {
    EscalationReason.WANTS_PERSON: (
        r"\bare you (?:an? )?(?:real|actual|live|human|bot)",
        r"\b(?:person|operator|agent) to (?:install|fix|repair|come|visit)\b",
        r"\b(?:are you|if you are|am i (?:talking|speaking|chatting) (?:to|with)) (?:\w+ ){0,5}?(?:ai|bot|robot|computer|machine|person|human)$",
        r"\b(?:a|made|my|the|bank|money|this) transfer\b|\btransfer (?:my|the|a|some)? ?(?:plan|account|contract|money|card|subscription|funds|balance)\b",
    ),
    EscalationReason.SECURITY: (
        r"^what does\b|\b(?:atm|machine) stole\b|^how (?:do|does|can|could) (?:you|i) (?:protect|prevent|avoid|spot)\b",
    ),
    EscalationReason.LEGAL: (
        r"^i (?:am|m|work (?:as|for|in|at)) an? (?:\w+ )?(?:lawyer|attorney|solicitor|barrister|law firm)\b|\bpower of attorney\b",
    ),
    EscalationReason.REFUND: (
        r"\bto (?:know|ask|check|understand|track|see|find|hear)\b|\bsaber\b|\bsavoir\b|\bwissen\b|\bwonder\w*",
        r"^(?:how|when|where|what|which|why|do you|does|is there|como|cuando|comment|quand|wie|wann)\b",
        r"\b(?:did not|didn t|didnt|hasn t|has not|doesn t) (?:\w+ ){0,2}?(?:give|send|pay|received?)\b|\b(?:in|under) (?:which|what) (?:cases|situations|circumstances)\b|\bexpect (?:\w+ ){1,2}?(?:refund|reimbursement|compensation) of\b|\bwaiting (?:for|on) (?:a|my|the) refund\b|\bfriends? (?:\w+ ){0,2}?(?:send|pay|give)\b|\bpolic(?:y|ies)\b|\bhow (?:long|to)\b",
        r"多久|什么时候|怎么|政策|流程|どのくらい|いつ|方法|cuanto tarda|wie lange|combien de temps",
    ),
}
"""What takes a reason out although its words are there: a question about the matter is not the matter itself."""

UNSOLVED: Expressions = {
    "en": (
        r"\b(?:didn t|did not|doesn t|does not|not) (?:really )?(?:help|work|solve|answer)\w*\b|\bstill (?:not|doesn t|isn t|broken)\b|\bnot what i (?:asked|meant)\b|\bsame (?:problem|issue|error)\b",
    ),
    "es": (
        r"\bno (?:me )?(?:ayuda|ayudo|sirve|sirvio|funciona|funciono|responde)\b|\bsigue (?:sin|igual)\b|\bmismo problema\b",
    ),
    "fr": (r"\b(?:n aide|n a pas aide|ne marche|ne fonctionne|toujours) pas\b|\bmeme probleme\b|\bpas ma question\b",),
    "de": (
        r"\b(?:hilft|geht|funktioniert|klappt) (?:mir )?(?:immer noch )?nicht\b|\bgleiche\w* problem\b|\bnicht meine frage\b",
    ),
    "ja": (r"解決し(?:ない|ません|てい)|まだ(?:動|直|でき)|同じ(?:問題|エラー)|そうじゃな|役に立",),
    "zh": (r"没(?:有)?解决|还是不行|不管用|没用|同样的问题|不是我(?:问|想)",),
}
"""How customers say that what they were told did not settle it."""
