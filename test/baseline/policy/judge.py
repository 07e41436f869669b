"""Judges access requests by moto's evaluation of IAM policies, which is none of ours: requests on standard input, true and false on standard output."""
import json
import sys

from moto.iam.access_control import IAMPolicyStatement, PermissionResult


def escaped(pattern):
    """moto takes the pattern for a regular expression: only its wildcards may be one."""
    for char in "\\.+()[]{}|^$":
        pattern = pattern.replace(char, "\\" + char)
    return pattern.replace("?", ".")


def permitted(statement, request):
    resources = statement["Resource"]
    resources = [resources] if isinstance(resources, str) else resources
    own = dict(statement, Resource=[escaped(one) for one in resources])
    # Statements whose resource is another are no denial, whatever their condition says
    if not IAMPolicyStatement(own)._check_element_matches("Resource", request["resource"]):
        return False
    result = IAMPolicyStatement(own).is_action_permitted(
        request["action"], request["resource"], None, request["context"]
    )
    return result == PermissionResult.PERMITTED


work = json.load(sys.stdin)
verdicts = [
    any(
        permitted(statement, request)
        for document in work["policies"].get(request["function"], [])
        for statement in document["Statement"]
    )
    for request in work["requests"]
]
json.dump(verdicts, sys.stdout)
