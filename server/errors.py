"""Why was something refused, and what should the person do next?

The one catalogue of refusals. A refusal is a class with `code`, `status` and Chinese `title`; its constructor takes facts and makes the
`detail` that says what to do. Clients get `application/problem+json` with `type` `/problems/<code>`; browsers get a page that says the
same. Codes are never used again: retired ones stay listed in `RETIRED_CODES`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

import msgspec

RETIRED_CODES: frozenset[str] = frozenset()


class Refusal(Exception):
    """The base of all refusals. `facts` are machine-readable and go out beside `detail`."""

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers that belong to the refusal."""
        return {}


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of a form or document, in Chinese."""

    field: str
    message: str


class InvalidInput(Refusal):
    """Some fields cannot be taken as they are."""

    code, status, title = "invalid-input", 400, "有内容需要改正"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("；".join(error.message for error in errors) or "请检查填写的内容", errors=list(errors))
        self.errors = list(errors)


class MalformedRequest(Refusal):
    """The request is not of the form this address takes."""

    code, status, title = "malformed-request", 400, "请求格式不对"

    def __init__(self, reason: str) -> None:
        super().__init__(f"请求没有按约定的格式来：{reason}", reason=reason)


class UnreadableDocument(Refusal):
    """A submitted document is not a JSON or MessagePack object with the fields a check needs. Its bytes were kept aside."""

    code, status, title = "unreadable-document", 400, "这份记录读不出来"

    def __init__(self, reason: str, *, kept: bool) -> None:
        tail = "原始内容已另存，安全办可以看到；请不要删除手机里的记录，更新应用后再试一次。" if kept else "请更新应用后再试一次。"
        super().__init__(f"{reason}。{tail}", reason=reason, kept=kept)


class IdMismatch(Refusal):
    """The id in the address and the id in the document differ."""

    code, status, title = "id-mismatch", 400, "编号对不上"

    def __init__(self, in_path: str, in_document: str) -> None:
        super().__init__("地址里的编号和记录里的编号不一样，请重新提交。", in_path=in_path, in_document=in_document)


class DigestMismatch(Refusal):
    """The bytes received do not have the sha256 they were announced with."""

    code, status, title = "digest-mismatch", 400, "照片传输中损坏"

    def __init__(self, announced: str, received: str, size: int) -> None:
        super().__init__("收到的内容与照片的校验值不符，没有保存。请原样再传一次。", announced=announced, received=received, size=size)


class NotSignedIn(Refusal):
    """Nobody is signed in."""

    code, status, title = "not-signed-in", 401, "请先登录"

    def __init__(self, reason: str = "登录已过期或尚未登录") -> None:
        super().__init__(f"{reason}。没有发出的记录都还在手机里，重新登录后会自动继续。", reason=reason)

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": 'Bearer realm="parksafe"'}


class WrongCredentials(Refusal):
    """Account and password, or code, do not match."""

    code, status, title = "wrong-credentials", 401, "账号或密码不对"

    def __init__(self) -> None:
        super().__init__("账号或密码不对，请核对后再试；忘记密码请找本园区管理员重设。")


class TooManyAttempts(Refusal):
    """Too many failed attempts to sign in."""

    code, status, title = "too-many-attempts", 429, "尝试次数太多"

    def __init__(self, wait_minutes: int) -> None:
        super().__init__(f"连续多次没有登录成功，请 {wait_minutes} 分钟后再试，或找管理员重设密码。", wait_minutes=wait_minutes)
        self.wait_minutes = wait_minutes

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.wait_minutes * 60)}


class NotAllowed(Refusal):
    """The person may see this but not do it."""

    code, status, title = "not-allowed", 403, "没有这个权限"

    def __init__(self, what: str = "这项操作", who_may: str = "") -> None:
        super().__init__(f"您的账号不能做{what}。" + (f"请联系{who_may}。" if who_may else "如果需要，请找本园区管理员。"), what=what)


class StepNotYours(Refusal):
    """This step of a hazard's or an order's life is somebody else's to take."""

    code, status, title = "step-not-yours", 403, "这一步不由您办理"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class FormExpired(Refusal):
    """The page's token is missing or stale."""

    code, status, title = "form-expired", 403, "页面已过期"

    def __init__(self) -> None:
        super().__init__("这个页面打开太久或在别处退出过登录。请返回上一页，刷新后再提交；填写的内容浏览器一般会保留。")


class NotFound(Refusal):
    """There is nothing here that you may know of."""

    code, status, title = "not-found", 404, "没有找到"

    def __init__(self, what: str = "这个页面") -> None:
        super().__init__(f"没有找到{what}，可能地址有误，或者不在您的查看范围内。", what=what)


class MethodNotAllowed(Refusal):
    """This address does not take this method."""

    code, status, title = "method-not-allowed", 405, "不支持这种请求"

    def __init__(self, method: str) -> None:
        super().__init__(f"这个地址不接受 {method} 请求。", method=method)


class DocumentConflict(Refusal):
    """Other content is already recorded under this id. The first is kept; this one was set aside for the office."""

    code, status, title = "document-conflict", 409, "同一编号已有不同内容的记录"

    def __init__(self, document_id: str, recorded_sha256: str, sent_sha256: str, receipt: Any = None) -> None:
        super().__init__(
            "这个编号先前已收到另一份内容，先到的保持不变；您这一份已另存，安全办会核对。请不要删除手机里的记录。",
            document_id=document_id,
            recorded_sha256=recorded_sha256,
            sent_sha256=sent_sha256,
            kept_aside=True,
            receipt=receipt,
        )


class StateConflict(Refusal):
    """The record's state does not allow this, now."""

    code, status, title = "state-conflict", 409, "当前状态不能这样办"

    def __init__(self, detail: str, *, reason: str = "", state: str = "") -> None:
        super().__init__(detail, reason=reason, state=state)


class ChangedMeanwhile(Refusal):
    """Somebody else changed the record between reading and writing."""

    code, status, title = "changed-meanwhile", 409, "别人刚刚改过"

    def __init__(self, what: str = "这条记录") -> None:
        super().__init__(f"{what}刚刚被别人办理过。请刷新页面看最新情况，再决定是否继续。", what=what)


class SamePersonTwice(Refusal):
    """Who answered for the rectification may not re-inspect it."""

    code, status, title = "same-person-twice", 409, "提交整改的人不能自己复查"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} 提交了这次整改，不能再由同一人复查，请另派检查员。", name=name)


class SecondPersonNeeded(Refusal):
    """A step that takes a second pair of eyes may not be taken by whoever made what is looked at."""

    code, status, title = "second-person-needed", 409, "要由另一个人办"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"这份{what}是 {name} 做的，不能由同一人复核，请另一位同事办理。", what=what, name=name)


class AlreadyExists(Refusal):
    """A thing with this name or code is already there."""

    code, status, title = "already-exists", 409, "已经存在"

    def __init__(self, what: str, value: str) -> None:
        super().__init__(f"{what}“{value}”已经存在，请直接使用或换一个。", what=what, value=value)


class EvidenceMissing(Refusal):
    """The step needs evidence that is not there yet."""

    code, status, title = "evidence-missing", 409, "还差材料"

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"还差：{'、'.join(missing)}。补齐后再提交。", missing=list(missing))


class WordingNotPermitted(Refusal):
    """A park without entrusted enforcement may not use these words in its papers."""

    code, status, title = "wording-not-permitted", 400, "措辞超出园区权限"

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(f"未受委托执法的园区文书不能写“{'”“'.join(words)}”，请改为“请于……前完成整改”这类措辞。", words=list(words))


class TooLarge(Refusal):
    """More bytes than this address takes."""

    code, status, title = "too-large", 413, "内容太大"

    def __init__(self, what: str, limit_mb: float) -> None:
        super().__init__(f"{what}超过 {limit_mb:g} MB 的上限。请换小一些的，或联系安全办线下交接。", limit_mb=limit_mb)


class UnsupportedMediaType(Refusal):
    """The content type is none this address takes."""

    code, status, title = "unsupported-media-type", 415, "内容类型不支持"

    def __init__(self, accepted: Sequence[str]) -> None:
        super().__init__(f"请按 {'、'.join(accepted)} 之一发送。", accepted=list(accepted))


class PasswordTooWeak(Refusal):
    """The new password is too easy to guess."""

    code, status, title = "password-too-weak", 400, "密码太简单"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class OutOfRange(Refusal):
    """A day or number outside what makes sense here."""

    code, status, title = "out-of-range", 400, "超出范围"

    def __init__(self, what: str, earliest: date | None = None, latest: date | None = None) -> None:
        span = f"{earliest or ''} 至 {latest or ''}".strip()
        super().__init__(f"{what}应在 {span} 之间。", what=what)


class DatabaseUnavailable(Refusal):
    """The database does not answer just now. Nothing was changed."""

    code, status, title = "database-unavailable", 503, "暂时无法保存"

    def __init__(self) -> None:
        super().__init__("数据库暂时没有响应，这次没有保存。请过一会儿原样再试，重复提交不会产生两份。")

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": "5"}


class UnreadableSpreadsheet(Refusal):
    """A spreadsheet that cannot be taken in: no XLSX, too large, damaged, or not filled in by our template."""

    code, status, title = "unreadable-spreadsheet", 400, "表格读不出来"

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}。请下载模板，按模板填好后另存为 XLSX 再上传。", reason=reason)


class StorageFull(Refusal):
    """There is no room left. Nothing was changed."""

    code, status, title = "storage-full", 507, "服务器存储空间不足"

    def __init__(self) -> None:
        super().__init__("服务器磁盘已满，这次没有保存。请保留手机里的记录，并马上告诉管理员清理或扩容。")


class InternalError(Refusal):
    """Our mistake."""

    code, status, title = "internal-error", 500, "系统出错了"

    def __init__(self, request_id: str) -> None:
        super().__init__(f"这是我们的问题，已经记录。请稍后再试；如果还不行，请把编号 {request_id} 告诉管理员。", request_id=request_id)


def all_refusals() -> list[type[Refusal]]:
    """Every refusal of the catalogue, by code; the documentation and its test are made from it."""
    return sorted(Refusal.__subclasses__(), key=lambda one: one.code)


def problem_details(refusal: Refusal, instance: str) -> dict[str, Any]:
    """The refusal as an RFC 9457 problem."""
    return {
        "type": f"/problems/{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": instance,
        **refusal.facts,
    }
