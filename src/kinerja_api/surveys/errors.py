"""What surveys and ratings can refuse."""

from kinerja_api.core.problems import (
    Conflict,
    Forbidden,
    UnknownReference,
    Unprocessable,
    on_constraint,
)


class FormCodeTaken(Conflict):
    code = "survey_form_code_taken"


class FormInUse(Conflict):
    """A form that a campaign uses never changes; make a new version."""

    code = "survey_form_in_use"


class FormHasNewer(Conflict):
    """The next version is made from the newest one."""

    code = "survey_form_has_newer"


class NotKeeperOfService(Forbidden):
    """Campaigns are kept by the head of the service's unit or of one above, and the agency."""

    code = "not_keeper_of_service"


class CampaignDatesReversed(Unprocessable):
    code = "campaign_dates_reversed"


class CampaignIsOver(Unprocessable):
    """A campaign is not opened after its last day."""

    code = "campaign_is_over"


class CampaignNotRunning(Conflict):
    """Answers are taken while the campaign is open, from its first to its last day."""

    code = "campaign_not_running"


class TooFewAnswers(Conflict):
    """A result of fewer than five people, or without an answer to each element, stays inside."""

    code = "too_few_answers"


class FollowUpRequired(Unprocessable):
    """A result below band B is published with a follow-up plan."""

    code = "follow_up_required"


class SurveyTokenRequired(Unprocessable):
    """This campaign takes answers with a token of the service only."""

    code = "survey_token_required"


class SurveyTokenOfOther(Unprocessable):
    """The token is of another service than the campaign."""

    code = "survey_token_of_other"


class UnknownQuestion(Unprocessable):
    """The form asks no such question."""

    code = "unknown_question"


class ProfileNotAsked(Unprocessable):
    """The form does not ask this of a person."""

    code = "profile_not_asked"


on_constraint("survey_forms_code_key", FormCodeTaken, "/code")
on_constraint("survey_campaigns_service_id_fkey", UnknownReference, "/service_id")
on_constraint("survey_campaigns_form_id_fkey", UnknownReference, "/form_id")
on_constraint("survey_campaigns_dates_check", CampaignDatesReversed, "/ends_on")
