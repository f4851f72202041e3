"""A person's own account: details, a copy of their data, closing it. Logging in is allauth's."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import personal_data
from accounts.forms import AccountForm, CloseAccountForm


@login_required
@never_cache
def account(request):
    form = AccountForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save()
        messages.success(request, "Your details are saved.")
        return redirect("accounts:account")
    return render(request, "accounts/account.html", {"form": form})


@login_required
@require_safe
@never_cache
def export(request):
    response = JsonResponse(personal_data.export(request.user), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-training-data.json"'
    return response


@login_required
@never_cache
@reauthentication_required(allow_get=True)
def close(request):
    form = CloseAccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        personal_data.erase(request.user)
        logout(request)
        return redirect("/")
    return render(request, "accounts/close.html", {"form": form, "kept": personal_data.kept()})
