"""Words that make a question complex, per language: technical terms, conditionals, and what joins two questions.

Written for this product from how support teams sort tickets; matched as whole words (in Japanese and Chinese, which
write none, as parts of the text). A language that is missing is read with the English lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """The lists of one language, in lower case."""

    technical: frozenset[str]
    conditional: frozenset[str]
    joining: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHARED = _words("""
    ach api apis bic bluetooth btu chargeback compressor cors csrf csv dns endpoint escrow esim firmware ftp http
    https hvac iban imap imei inverter ip json ldap oauth pdf refrigerant router saml sdk sepa sim smtp sql ssh ssl
    sso swift thermostat tls token tokens url vpn webhook webhooks wifi xml
    """)
"""The same in every language."""

TERMS: Mapping[str, Terms] = {
    "en": Terms(
        technical=_SHARED
        | _words("""
            amortization authenticate authentication authorization breaker browser cache calibration certificate
            circuit configuration configure cookie cookies database debug direct-debit downgrade driver duct
            encryption error escalation exception exchange-rate export field filter import install installation
            integrate integration latency log logs migrate migration overdraft permission permissions plugin pressure
            query reconciliation schema script server settlement sync synchronize timeout uninstall update upgrade
            valve version voltage warranty
            """),
        conditional=frozenset(
            (
                "assuming",
                "if",
                "in case",
                "otherwise",
                "provided that",
                "unless",
                "whether",
            )
        ),
        joining=frozenset(("and",)),
    ),
    "es": Terms(
        technical=_SHARED
        | _words("""
            actualizar autenticación caché certificado cifrado conciliación configuración configurar consulta
            controlador domiciliación error exportar garantía importar instalación instalar integración migración
            navegador permiso permisos registro servidor sincronizar versión voltaje válvula
            """),
        conditional=frozenset(
            (
                "a menos que",
                "en caso de",
                "salvo que",
                "si",
                "siempre que",
            )
        ),
        joining=frozenset(
            (
                "además",
                "e",
                "y",
            )
        ),
    ),
    "fr": Terms(
        technical=_SHARED
        | _words("""
            authentification autorisation cache certificat chiffrement configuration configurer erreur exporter
            garantie importer installation installer intégration journal migration navigateur pilote prélèvement
            rapprochement requête serveur synchroniser tension vanne version
            """),
        conditional=frozenset(
            (
                "au cas où",
                "pourvu que",
                "sauf si",
                "si",
                "à moins que",
            )
        ),
        joining=frozenset(("et",)),
    ),
    "de": Terms(
        technical=_SHARED
        | _words("""
            abfrage abgleich aktualisieren authentifizierung berechtigung browser cache exportieren fehler
            fehlermeldung garantie importieren installation installieren integration konfiguration konfigurieren
            lastschrift migration protokoll schnittstelle server spannung synchronisieren treiber ventil
            verschlüsselung version zertifikat
            """),
        conditional=frozenset(
            (
                "außer",
                "falls",
                "ob",
                "sofern",
                "vorausgesetzt",
                "wenn",
            )
        ),
        joining=frozenset(("und",)),
    ),
    "ja": Terms(
        technical=_SHARED
        | _words("""
            インストール インポート エクスポート エラー キャッシュ サーバー ドライバ バージョン ブラウザ
            ログ 口座振替 同期 暗号化 権限 移行 設定 証明書 認証 連携
            """),
        conditional=frozenset(
            (
                "たら",
                "なら",
                "もし",
                "場合",
            )
        ),
        joining=frozenset(
            (
                "あと、",
                "それと",
                "また",
            )
        ),
    ),
    "zh": Terms(
        technical=_SHARED
        | _words("""
            保修 加密 同步 安装 对账 导入 导出 接口 日志 服务器 权限 浏览器 版本 缓存 认证 证书 迁移 配置 错误 集成 驱动
            """),
        conditional=frozenset(
            (
                "假如",
                "如果",
                "的话",
                "要是",
                "除非",
            )
        ),
        joining=frozenset(
            (
                "以及",
                "另外",
                "并且",
                "还有",
            )
        ),
    ),
}
