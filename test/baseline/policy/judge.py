"""Judges access requests by moto's evaluation of IAM policies, which is none of ours: requests on standard input, true and false on standard output."""
import json
import sys

from moto.iam.access_control import IAMPolicyStatement, PermissionResult


def escaped(pattern):
    """moto takes the pattern for a regular expression: only its wildcards may be one."""
    for char in "\\.+()[]{}|^$":
        pattern = pattern.replace(char, "\\" + char)
    return pattern.replace("?", ".")


def read(statement):
    resources = statement["Resource"]
    resources = [resources] if isinstance(resources, str) else resources
    return IAMPolicyStatement(dict(statement, Resource=[escaped(one) for one in resources]))


def permitted(statement, request):
    # Statements whose resource is another are no denial, whatever their condition says
    if not statement._check_element_matches("Resource", request["resource"]):
        return False
    result = statement.is_action_permitted(request["action"], request["resource"], None, request["context"])
    return result == PermissionResult.PERMITTED


work = json.load(sys.stdin)
policies = {
    name: [read(statement) for document in documents for statement in document["Statement"]]
    for name, documents in work["policies"].items()
}
verdicts = [
    any(permitted(statement, request) for statement in policies.get(request["function"], []))
    for request in work["requests"]
]
json.dump(verdicts, sys.stdout)
