"""The compiled overview: transactions, dialogs and calls of a whole table, in machine code.

The same passes as `find_transactions`, `find_dialogs` and `find_calls`, over the same columns and with the same state
tables, which are handed in as flat arrays. Dictionaries are tables of slots with open addressing: a slot holds a number
from 1, and equality is decided by the columns of a row, never by a hash alone. Tests hold both readings equal.

Importing this module imports numba; only `siptrace.table.native` does, when there is no compiled copy yet.
"""

from __future__ import annotations

from siptrace.ingest.datagram import NO_TIME
from siptrace.reconstruct.call import CallInput, Phase
from siptrace.reconstruct.dialog import DialogInput
from siptrace.reconstruct.kernel_signature import both, mix, signatures
from siptrace.reconstruct.transaction import T1, Input
from siptrace.table.columns import ACK, BYE, CANCEL, INVITE, NOTIFY, REGISTER, SUBSCRIBE, Flag
from siptrace.table.kernel_bytes import get, kernel, prefetch, put

__all__ = ["calls", "dialogs", "rows_by_call", "signatures", "transactions"]

# Plain numbers, because numba knows no enums.
REQUEST, SUCCESS, FAILURE, ACKED = int(Input.REQUEST), int(Input.SUCCESS), int(Input.FAILURE), int(Input.ACK)
INPUTS, STEPS, DIALOG_INPUTS = len(Input), len(CallInput), len(DialogInput)
COOKIE, SUBSCRIPTION_ENDED = int(Flag.COOKIE), int(Flag.SUBSCRIPTION_ENDED)
D_PROVISIONAL, D_SUCCESS, D_FAILURE = int(DialogInput.PROVISIONAL), int(DialogInput.SUCCESS), int(DialogInput.FAILURE)
D_REQUEST, D_END, D_GONE = int(DialogInput.REQUEST), int(DialogInput.END), int(DialogInput.GONE)
C_REQUEST, C_CANCEL, C_BYE = int(CallInput.REQUEST), int(CallInput.CANCEL), int(CallInput.BYE)
C_BYE_CHALLENGE, C_INSIDE, C_SUCCESS = int(CallInput.BYE_CHALLENGE), int(CallInput.INSIDE), int(CallInput.SUCCESS)
P_NONE, P_IN_CALL, P_COMPLETED = int(Phase.NONE), int(Phase.IN_CALL), int(Phase.COMPLETED)
NOTHING = -1


@kernel
def key_of(row, wanted, tag, cseq, call_id, branch, sent_by, secret):
    """Return the hash of the transaction that a row belongs to when its method is `wanted`."""
    key = mix(both(get(branch, row), get(call_id, row)), both(get(sent_by, row), tag), secret)
    return mix(key, both(get(cseq, row), wanted), secret)


@kernel
def mark_of(row, key, start, to_tag, src, dst, secret):
    """Return the hash of what a row has in common with the same message sent again, from that of its transaction."""
    key = mix(key, both(get(start, row), get(to_tag, row)), secret)
    return mix(key, both(get(src, row), get(dst, row)), secret)


@kernel
def find_transaction(
    slots, key, row, wanted, first_row, methods, cseq, call_id, tag, branch, sent_by, from_tag, flags
):  # fmt: skip
    """Return the slot of the transaction that a row belongs to when its method is `wanted`; `key` is its hash."""
    mask = slots.shape[0] - 1
    slot = key & mask
    while get(slots, slot):
        number = get(slots, slot) - 1
        at = get(first_row, number)
        theirs = 0 if get(flags, at) & COOKIE else get(from_tag, at)
        if (
            get(methods, number) == wanted
            and get(branch, at) == get(branch, row)
            and get(sent_by, at) == get(sent_by, row)
            and get(call_id, at) == get(call_id, row)
            and get(cseq, at) == get(cseq, row)
            and theirs == tag
        ):
            break
        slot = (slot + 1) & mask
    return slot


@kernel
def transactions(
    method, status, cseq, start, call_id, from_tag, to_tag, branch, sent_by, src, dst, flags, time, source,
    wire_other, wire_invite, secret, slots, marks, keys, of_row, resent, first_row, methods, final, state, cancels,
):  # fmt: skip
    """Do what `find_transactions` does; return the number of transactions.

    `keys` has room for two hashes of each of some rows, whose slots the processor is asked for before they are needed.
    """
    count = 0
    mask, some = slots.shape[0] - 1, keys.shape[0] // 2
    for begin in range(0, method.shape[0], some):
        end = min(begin + some, method.shape[0])
        for row in range(begin, end):
            # An ACK mostly belongs to an INVITE; and the hash of a mark is one for all rows of a transaction.
            wanted = INVITE if get(method, row) == ACK else get(method, row)
            tag = 0 if get(flags, row) & COOKIE else get(from_tag, row)
            key = key_of(row, wanted, tag, cseq, call_id, branch, sent_by, secret)
            mark = mark_of(row, key, start, to_tag, src, dst, secret)
            put(keys, 2 * (row - begin), key)
            put(keys, 2 * (row - begin) + 1, mark)
            prefetch(slots, key & mask)
            prefetch(marks, mark & mask)
        for row in range(begin, end):
            key, mark = get(keys, 2 * (row - begin)), get(keys, 2 * (row - begin) + 1)
            verb, code = get(method, row), get(status, row)
            tag = 0 if get(flags, row) & COOKIE else get(from_tag, row)
            what = REQUEST if code < 100 else 1 if code < 200 else SUCCESS if code < 300 else FAILURE
            number = -1
            if verb == ACK:
                if what == REQUEST:
                    slot = find_transaction(
                        slots,
                        key,
                        row,
                        INVITE,
                        first_row,
                        methods,
                        cseq,
                        call_id,
                        tag,
                        branch,
                        sent_by,
                        from_tag,
                        flags,
                    )
                    number = get(slots, slot) - 1
                    if number >= 0 and 200 <= get(final, number) < 300:
                        number = -1
                    elif number >= 0:
                        what = ACKED
                if number < 0:
                    key = key_of(row, ACK, tag, cseq, call_id, branch, sent_by, secret)
            if number < 0:
                slot = find_transaction(
                    slots, key, row, verb, first_row, methods, cseq, call_id, tag, branch, sent_by, from_tag, flags
                )
                number = get(slots, slot) - 1
                if number < 0:
                    number = count
                    count += 1
                    put(slots, slot, count)
                    put(first_row, number, row)
                    put(methods, number, verb)
                    put(final, number, 0)
                    put(state, number, 0)
                    put(cancels, number, -1)
                    if verb == CANCEL:
                        key = key_of(row, INVITE, tag, cseq, call_id, branch, sent_by, secret)
                        slot = find_transaction(
                            slots, key, row, INVITE, first_row, methods, cseq, call_id, tag, branch, sent_by, from_tag,
                            flags,
                        )  # fmt: skip
                        put(cancels, number, get(slots, slot) - 1)
            put(of_row, row, number)
            slot = mark & mask
            before = -1
            while get(marks, slot):
                at = get(marks, slot) - 1
                if (
                    get(of_row, at) == number
                    and get(start, at) == get(start, row)
                    and get(to_tag, at) == get(to_tag, row)
                    and get(src, at) == get(src, row)
                    and get(dst, at) == get(dst, row)
                ):
                    before = at
                    break
                slot = (slot + 1) & mask
            put(marks, slot, row + 1)
            if before >= 0:
                # A row without time is before all others by 2**63 ns, too far to subtract.
                timed = get(time, before) != NO_TIME or get(time, row) == NO_TIME
                copy = (
                    get(source, before) != get(source, row) and timed and get(time, row) - get(time, before) < T1 // 2
                )
                put(resent, row, 0 if copy else 1)
                continue
            if what == SUCCESS or what == FAILURE:
                put(final, number, code)
            place = get(state, number) * INPUTS + what
            wire = wire_invite if get(methods, number) == INVITE else wire_other
            put(state, number, get(wire, place))
    return count


@kernel
def dialog_input(method, status, flags):
    """Do what `siptrace.reconstruct.dialog.input_of` does; NOTHING for None."""
    if status < 0:
        return NOTHING
    if status < 100:
        return D_END if method == BYE or (method == NOTIFY and flags & SUBSCRIPTION_ENDED) else D_REQUEST
    if status == 481 or status == 408:
        return D_GONE
    if status >= 300:
        return D_FAILURE if method == INVITE else NOTHING
    if status == 100:
        return NOTHING
    return D_PROVISIONAL if status < 200 else D_SUCCESS


@kernel
def find_pair(slots, row, rows, shift, call_id, from_tag, to_tag, secret):
    """Return the slot of the pair of tags of a row; a slot names a row, through `rows` or (shift) itself."""
    mask = slots.shape[0] - 1
    low, high = min(from_tag[row], to_tag[row]), max(from_tag[row], to_tag[row])
    slot = mix(call_id[row], both(high, low), secret) & mask
    while slots[slot]:
        at = slots[slot] - 1
        if not shift:
            at = rows[at]
        if (
            call_id[at] == call_id[row]
            and min(from_tag[at], to_tag[at]) == low
            and max(from_tag[at], to_tag[at]) == high
        ):
            break
        slot = (slot + 1) & mask
    return slot


@kernel
def dialogs(
    method, status, call_id, from_tag, to_tag, flags, transaction, methods, table, creating, outside, secret,
    slots, refused, of_row, first_row, state, late,
):  # fmt: skip
    """Do what `find_dialogs` does; return the number of dialogs. `creating` and `outside` are flags by method."""
    count = 0
    for row in range(method.shape[0]):
        of_row[row] = -1
        if to_tag[row] == 0:
            continue
        known = method[row] < creating.shape[0]
        what = dialog_input(method[row], status[row], flags[row])
        if (what == D_PROVISIONAL or what == D_SUCCESS) and not (known and creating[method[row]]):
            what = NOTHING
        slot = find_pair(slots, row, first_row, False, call_id, from_tag, to_tag, secret)
        number = slots[slot] - 1
        if number < 0:
            inside = status[row] < 100
            if inside and ((known and outside[method[row]]) or methods[transaction[row]] != method[row]):
                continue
            if what == NOTHING:
                continue
            if method[row] == ACK or not inside:
                no = find_pair(refused, row, first_row, True, call_id, from_tag, to_tag, secret)
                if method[row] == ACK and refused[no]:
                    continue
                if not inside and what > D_SUCCESS:
                    refused[no] = row + 1
                    continue
            number = count
            count += 1
            slots[slot] = count
            first_row[number] = row
            state[number] = 0
            late[number] = 1 if inside and method[row] != NOTIFY else 0
        of_row[row] = number
        if what != NOTHING:
            state[number] = table[state[number] * DIALOG_INPUTS + what]
    return count


@kernel
def call_input(method, status, main, inside, responses):
    """Do what `siptrace.reconstruct.call.input_of` does; NOTHING for None."""
    if method == main:
        if status >= 100:
            return NOTHING if inside and method == INVITE else responses[status]
        if status < 0:
            return NOTHING
        return C_INSIDE if inside else C_REQUEST
    if main != INVITE or status < 0:
        return NOTHING
    if method == BYE:
        if status < 100:
            return C_BYE
        return C_BYE_CHALLENGE if status == 401 or status == 407 else NOTHING
    if status >= 100:
        return NOTHING
    if method == CANCEL:
        return C_CANCEL
    if not inside or method == ACK or method == NOTIFY or method == REGISTER or method == SUBSCRIBE:
        return NOTHING
    return C_INSIDE


@kernel
def calls(
    method, status, call_id, to_tag, branch, via_count, transaction, resent, transaction_row, mains, never_first,
    tagged, responses, call_table, exchange_table, ends, by_id, of_row, first_row, main, phase, late, top, branches,
    request_row, answered_row, end_row, final,
):  # fmt: skip
    """Do what `find_calls` does; return the number of calls. `mains`, `never_first` and `tagged` go by method."""
    count = 0
    for row in range(method.shape[0]):
        verb, code = method[row], status[row]
        known = verb < mains.shape[0]
        number = by_id[call_id[row]] - 1
        anew = number < 0
        if anew:
            number = count
            count += 1
            by_id[call_id[row]] = count
            first_row[number] = row
            main[number] = mains[verb] if known else verb
            never, plain = known and never_first[verb], known and tagged[verb]
            late[number] = 1 if code != 0 or never or (to_tag[row] != 0 and not plain) else 0
        elif verb == INVITE and main[number] != INVITE:
            anew = True
            main[number] = INVITE
            late[number] = 1 if code != 0 or to_tag[row] != 0 else 0
        if anew:
            phase[number], top[number], final[number] = P_NONE, via_count[row], 0
            branches[number] = request_row[number] = answered_row[number] = end_row[number] = -1
        of_row[row] = number
        if resent[row]:
            continue
        first = transaction_row[transaction[row]] if code else row
        inside = to_tag[first] != 0 and status[first] == 0
        what = call_input(verb, code, main[number], inside, responses)
        if what == NOTHING:
            continue
        if verb == main[number] and not (inside and verb == INVITE):
            if via_count[row] > top[number]:
                continue
            if code == 0:
                branches[number], request_row[number], top[number] = branch[row], row, via_count[row]
            elif code >= 200 and (verb != INVITE or (phase[number] != P_IN_CALL and phase[number] != P_COMPLETED)):
                final[number] = code
        elif what == C_CANCEL and branch[row] != branches[number]:
            continue
        place = phase[number] * STEPS + what
        after = call_table[place] if main[number] == INVITE else exchange_table[place]
        if after == phase[number]:
            continue
        phase[number] = after
        if ends[after]:
            end_row[number] = row
        else:
            end_row[number] = -1
            if after == P_IN_CALL and what == C_SUCCESS:
                answered_row[number] = row
    return count


@kernel
def rows_by_call(of_row, starts, place, rows):
    """Sort rows by call, keeping their order: a counting sort; call n has `rows[starts[n]:starts[n + 1]]`."""
    for row in range(of_row.shape[0]):
        starts[of_row[row] + 1] += 1
    for call in range(starts.shape[0] - 1):
        starts[call + 1] += starts[call]
        place[call] = starts[call]
    for row in range(of_row.shape[0]):
        rows[place[of_row[row]]] = row
        place[of_row[row]] += 1
    return 0
