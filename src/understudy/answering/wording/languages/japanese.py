"""Japanese, in polite form; the formal tone is in honorific form."""

from __future__ import annotations

from understudy.answering.settings import EscalationOption, Tone
from understudy.answering.wording.languages.phrases import Closed, Moments, Offering, Phrases, fallbacks
from understudy.templates.domain import Action

NEUTRAL = fallbacks(
    clarification_needed=(
        "ご質問を正しく理解できたか分かりません。別の言い方か、もう少し詳しい内容を教えてください。",
        "ご用件をもう少し詳しく教えていただけますか。",
        "正しくお答えしたいので、別の表現でご質問いただけますか。",
    ),
    no_match=(
        "そのご質問への回答が見つかりません。",
        "その件については私からお答えできません。",
        "ご質問に合う回答を見つけられませんでした。",
    ),
    technical_issue=(
        "現在こちら側で不具合が起きており、お答えできません。しばらくしてからもう一度お試しください。",
        "ただいま技術的な問題が起きています。メッセージは届いていますので、少し後でもう一度お試しください。",
    ),
    out_of_scope=(
        "その件は{company_name}ではお手伝いできません。",
        "お手伝いできるのは{company_name}のサービスに関するご質問のみです。",
    ),
)
WARM = fallbacks(
    clarification_needed=(
        "すみません、うまく理解できませんでした。もう少し教えていただけますか?",
        "ぜひお手伝いしたいです。別の言葉で教えていただけますか?",
        "うーん、ご用件がまだはっきり分かりません。もう少し詳しく教えていただけますか?",
    ),
    no_match=(
        "ごめんなさい、その答えは分かりません。",
        "良いご質問ですが、あいにく答えを持ち合わせていません。",
        "ごめんなさい、それは私には分かりかねます。",
    ),
    technical_issue=(
        "本当にすみません、こちら側で不具合が起きています。しばらくしてからもう一度お試しいただけますか?",
        "すみません、少し技術的なトラブルが起きています。メッセージは届いていますので、少し後でもう一度お試しくださいね。",
    ),
    out_of_scope=(
        "ごめんなさい、その件は{company_name}では扱っていないんです。",
        "お手伝いできるのは{company_name}のサービスのことだけですが、それなら喜んでお答えします!",
    ),
)
FORMAL = fallbacks(
    clarification_needed=(
        "ご用件を正確に判断いたしかねました。恐れ入りますが、別の表現または詳しい内容をお知らせください。",
        "正確にお答えするため、恐れ入りますが、もう少し詳しい内容をお知らせください。",
        "ご用件を特定いたしかねました。お手数ですが、別のお言葉でご説明いただけますと幸いです。",
    ),
    no_match=(
        "誠に恐れ入りますが、そのご質問にはお答えいたしかねます。",
        "申し訳ございませんが、ご質問に対する回答を持ち合わせておりません。",
        "申し訳ございませんが、お問い合わせへの回答が見つかりませんでした。",
    ),
    technical_issue=(
        "技術的な問題により、現在お答えいたしかねます。恐れ入りますが、後ほど改めてお試しください。",
        "ただいま技術的な問題が発生しております。メッセージは受領いたしましたので、後ほど改めてお試しください。",
    ),
    out_of_scope=(
        "その件は{company_name}のサービスの対象外でございます。",
        "承れますのは、{company_name}のサービスに関するご用件のみでございます。",
    ),
)
OFFERING = Offering(
    sentence="{ways}こともできます。",
    comma="、",
    last="、または",
    ways={
        EscalationOption.TRANSFER: "担当者と話す",
        EscalationOption.TAKE_MESSAGE: "伝言を残す",
        EscalationOption.CALLBACK: "折り返し電話を受ける",
    },
    asked_for={
        EscalationOption.TRANSFER: ("担当者", "担当者と話", "担当", "オペレーター", "スタッフ", "人と話", "人間"),
        EscalationOption.TAKE_MESSAGE: ("伝言", "メッセージを残"),
        EscalationOption.CALLBACK: ("折り返し", "折り返し電話", "電話", "電話して"),
    },
    gap="",
)
PHRASES = Phrases(
    emergency=(
        "こちら側で問題が起き、ただいまメッセージにお答えできませんでした。担当者に引き継ぎましたので、追ってご連絡いたします。"
    ),
    fallbacks={Tone.NEUTRAL: NEUTRAL, Tone.WARM: WARM, Tone.FORMAL: FORMAL},
    offering=OFFERING,
    clarifying=(
        "どちらのことでしょうか。1) {first} 2) {second}",
        "確認させてください。1) {first}、それとも 2) {second} でしょうか。",
    ),
    handed_over={
        Action.TRANSFER: "担当者におつなぎします。こちらでお返事いたします。",
        Action.TAKE_MESSAGE: "メッセージを担当者に伝えました。追ってご連絡いたします。",
        Action.CALLBACK: "担当者に折り返しの電話を頼みました。お電話番号をまだお知らせでない場合はご記入ください。",
    },
    handed_over_closed={
        Action.TRANSFER: "担当者に引き継ぎました。{then}こちらでお返事いたします。",
        Action.TAKE_MESSAGE: "メッセージを担当者に伝えました。{then}ご連絡いたします。",
        Action.CALLBACK: (
            "折り返しの電話を頼みました。{then}お電話いたします。お電話番号をまだお知らせでない場合はご記入ください。"
        ),
    },
    closed=Closed(
        nobody_in="ただいま担当者が不在です。",
        holiday="本日は休業しております。",
        named_holiday="本日は休業しております({holiday})。",
        back="{opens_next}に再開します。",
        when_back="{opens_next}の再開後に",
    ),
    moments=Moments(
        today="本日{at}",
        tomorrow="明日{at}",
        weekday="{day}{at}",
        date="{month}{day}日{at}",
        days=("月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"),
        months=("1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"),
    ),
)
