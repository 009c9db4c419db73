Option Explicit
' Freezes a month: copies its spend by model from "By month" to "Frozen", as values. Prices that are entered or
' corrected afterwards move the forecast and the true-up, but no longer what was booked.

Private Const HEADINGS As Long = 5
Private Const FIRST_MODEL As Long = 6
Private Const LAST_MODEL As Long = 12

Public Sub FreezeMonth()
    Dim report As Worksheet, frozen As Worksheet, chosen As Double
    Dim found As Variant, model As Long, target As Long
    Set report = ThisWorkbook.Worksheets("By month")
    Set frozen = ThisWorkbook.Worksheets("Frozen")
    chosen = ThisWorkbook.Names("month_to_close").RefersToRange.Value2
    If Application.WorksheetFunction.CountIf(frozen.Columns(1), chosen) > 0 Then
        MsgBox Format(CDate(chosen), "mmmm yyyy") & " is frozen already.", vbExclamation
        Exit Sub
    End If
    found = Application.Match(chosen, report.Rows(HEADINGS), 0)
    If IsError(found) Then
        MsgBox Format(CDate(chosen), "mmmm yyyy") & " is no month of this year.", vbExclamation
        Exit Sub
    End If
    target = HEADINGS + 1
    Do While frozen.Cells(target, 1).Value2 <> ""
        target = target + 1
    Loop
    For model = FIRST_MODEL To LAST_MODEL
        frozen.Cells(target, 1).Value2 = chosen
        frozen.Cells(target, 2).Value2 = report.Cells(model, 1).Value2
        frozen.Cells(target, 3).Value2 = Round(report.Cells(model, CLng(found)).Value2, 2)
        frozen.Cells(target, 4).Value2 = CDbl(Date)
        frozen.Cells(target, 5).Value2 = Application.UserName
        target = target + 1
    Next model
    MsgBox Format(CDate(chosen), "mmmm yyyy") & " is frozen.", vbInformation
End Sub
