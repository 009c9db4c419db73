Option Explicit
' The buttons of the ribbon: each runs a Python function of its own.

Private Const COMMANDS As String = "import llmcost_xl.hosts.windows.commands as commands; commands."

Public Sub LlmCostNewWorkbook(control As IRibbonControl)
    RunCommand "new_workbook('" & control.Tag & "')"
End Sub

Public Sub LlmCostRefreshPrices(control As IRibbonControl)
    RunCommand "refresh_prices()"
End Sub

Public Sub LlmCostRepriceWorkbook(control As IRibbonControl)
    RunCommand "reprice_workbook()"
End Sub

Public Sub LlmCostUndoRepricing(control As IRibbonControl)
    RunCommand "undo_repricing()"
End Sub

Public Sub LlmCostExplainCell(control As IRibbonControl)
    RunCommand "explain_cell()"
End Sub

Public Sub LlmCostOpenHelp(control As IRibbonControl)
    RunCommand "open_help()"
End Sub

Private Sub RunCommand(ByVal pythonCall As String)
    On Error GoTo NoPython
    If ActiveWorkbook Is Nothing Then Workbooks.Add  ' xlwings hands the active workbook to Python
    RunPython COMMANDS & pythonCall
    Exit Sub
NoPython:
    MsgBox "Python could not be started:" & vbCrLf & vbCrLf & Err.Description & vbCrLf & vbCrLf & _
        "In a command window, ""llmcost-xl addin doctor"" says what to do.", vbExclamation, "LLM Cost"
End Sub
