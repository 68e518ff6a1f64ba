"""What sign-in and tokens can refuse."""

from kinerja_api.core.problems import (
    Conflict,
    Forbidden,
    TooManyRequests,
    Unauthenticated,
    UnknownReference,
    Unprocessable,
    on_constraint,
)


class TokenInvalid(Unauthenticated):
    """The access token is not one of ours, or is not acceptable now; never says why."""

    code = "token_invalid"


class TokenExpired(TokenInvalid):
    """The access token is ours and whole, but over: the caller should refresh."""

    code = "token_expired"


class PasswordTooWeak(Unprocessable):
    """``reason``: ``length``, ``too_long``, ``common`` or ``contains_identity``."""

    code = "password_too_weak"


class Unidentified(Unauthenticated):
    """No credential, or one that names no account that may act now."""

    code = "unidentified"


class SignInRefused(Unauthenticated):
    """Login, password or code is wrong, or the account may not act: one answer for all of these.

    Commits the count of failures.
    """

    code = "sign_in_refused"
    commits = True


class SignInThrottled(TooManyRequests):
    """Too many failures of this account or address; commits the count."""

    code = "sign_in_throttled"
    commits = True


class SecondFactorRequired(Unauthenticated):
    """The password is right and a code of the authenticator app is needed besides."""

    code = "second_factor_required"


class SecondFactorMissing(Unauthenticated):
    """The account's role needs a second factor and it has none: only a new code can give one."""

    code = "second_factor_missing"


class RefreshTokenInvalid(Unauthenticated):
    """No refresh token of a live session."""

    code = "refresh_token_invalid"


class RefreshTokenReused(Unauthenticated):
    """A refresh token replaced long ago came again: its session has ended for everybody."""

    code = "refresh_token_reused"
    commits = True


class CredentialWrong(Unprocessable):
    """The current password or code given with a change is wrong; commits the count of failures."""

    code = "credential_wrong"
    commits = True


class CodeRefused(Unprocessable):
    """No usable one-time code of this account; commits the count of failures."""

    code = "code_refused"
    commits = True


class TenantCodeTaken(Conflict):
    code = "tenant_code_taken"


class SystemTenantFixed(Conflict):
    """The operators' own tenant cannot be switched off."""

    code = "system_tenant_fixed"


class LoginTaken(Conflict):
    code = "login_taken"


class EmployeeHasAccount(Conflict):
    code = "employee_has_account"


class InvitationsRefused(Conflict):
    """Some of many invitations cannot be made, so none is; ``errors`` name each."""

    code = "invitations_refused"


class OwnAccountRefused(Forbidden):
    """Nobody gives himself a role or switches himself off."""

    code = "own_account_refused"


class RoleNotGrantable(Unprocessable):
    """Employee and superior follow from placements; operators are made on the command line."""

    code = "role_not_grantable"


class GrantDatesRefused(Unprocessable):
    """A grant ends before it starts, or an end would make it longer."""

    code = "grant_dates_refused"


class GrantOverlaps(Conflict):
    """The account holds this role for this unit on some of the days."""

    code = "grant_overlaps"


class NotAMachine(Conflict):
    """API keys are for accounts of machines only."""

    code = "not_a_machine"


class NotAPerson(Conflict):
    """Codes and passwords are for accounts of people only."""

    code = "not_a_person"


class KeyLifetimeRefused(Unprocessable):
    """An API key ends in the past or lives longer than ``days``."""

    code = "key_lifetime_refused"


on_constraint("tenants_code_key", TenantCodeTaken, "/code")
on_constraint("accounts_login_key", LoginTaken, "/login")
on_constraint("accounts_employee_key", EmployeeHasAccount, "/employee_id")
on_constraint("accounts_employee_id_fkey", UnknownReference, "/employee_id")
on_constraint("grants_account_id_fkey", UnknownReference, "/account_id")
on_constraint("grants_unit_id_fkey", UnknownReference, "/unit_id")
on_constraint("grants_dates_check", GrantDatesRefused, "/ends_on")
