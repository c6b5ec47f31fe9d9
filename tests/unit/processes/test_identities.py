from zhanggui.processes.importing.identities import row_of


def residual(identity: str) -> dict[str, object]:
    return {"identity": identity, "order_no": "", "row": 9, "expected": 12, "actual": 11, "difference": -1}


def test_a_stated_number_of_rows_is_a_count_and_no_money():
    assert row_of(residual("footer:收入笔数")).is_count
    assert not row_of(residual("footer:收入合计")).is_count
    assert not row_of(residual("buyer_paid = Σ line_paid")).is_count


def test_a_footer_is_called_by_its_name_in_the_file():
    assert "收入合计" in row_of(residual("footer:收入合计")).label
    assert row_of(residual("Σ amount")).label == "Σ amount"
