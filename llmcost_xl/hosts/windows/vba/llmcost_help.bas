Option Explicit
' What the function wizard says of the worksheet functions. It stands on a sheet of this add-in, one function a row:
' name, description, link, then name and description of each argument. Excel takes it over at every start.

Private Const CATEGORY As String = "LLM Cost"
Private Const HELP_SHEET As String = "_IntelliSense_"
Private Const SECONDS_TO_WAIT As Integer = 5

Public Sub DescribeFunctions()
    ' Excel describes no function of a hidden workbook, and an add-in is one: for that moment it is not an add-in.
    ' If Excel refuses all the same, the functions work, and show the descriptions in their own text.
    ' While Excel shows its start screen, or a file in protected view, there is no workbook to come back to: later.
    Dim formerBook As Workbook, formerUpdating As Boolean, formerEvents As Boolean
    Set formerBook = ActiveWorkbook
    If formerBook Is Nothing Then
        Application.OnTime Now + TimeSerial(0, 0, SECONDS_TO_WAIT), "'" & ThisWorkbook.Name & "'!DescribeFunctions"
        Exit Sub
    End If
    formerUpdating = Application.ScreenUpdating
    formerEvents = Application.EnableEvents
    On Error Resume Next
    Application.ScreenUpdating = False
    Application.EnableEvents = False
    ThisWorkbook.IsAddin = False
    DescribeRows ThisWorkbook.Worksheets(HELP_SHEET)
    ThisWorkbook.IsAddin = True
    ThisWorkbook.Saved = True
    formerBook.Activate
    Application.EnableEvents = formerEvents
    Application.ScreenUpdating = formerUpdating
End Sub

Private Sub DescribeRows(ByVal helpSheet As Worksheet)
    Dim rowIndex As Long
    rowIndex = 2
    Do While Len(helpSheet.Cells(rowIndex, 1).Value) > 0
        DescribeRow helpSheet, rowIndex
        rowIndex = rowIndex + 1
    Loop
End Sub

Private Sub DescribeRow(ByVal helpSheet As Worksheet, ByVal rowIndex As Long)
    Dim macroName As String, described As String, argumentCount As Long, argumentIndex As Long
    Dim argumentTexts() As String
    macroName = "'" & ThisWorkbook.Name & "'!" & helpSheet.Cells(rowIndex, 1).Value
    described = helpSheet.Cells(rowIndex, 2).Value
    Do While Len(helpSheet.Cells(rowIndex, 4 + 2 * argumentCount).Value) > 0
        argumentCount = argumentCount + 1
    Loop
    On Error Resume Next  ' one that fails must not keep the others from theirs
    If argumentCount = 0 Then
        Application.MacroOptions Macro:=macroName, Description:=described, Category:=CATEGORY
        Exit Sub
    End If
    ReDim argumentTexts(1 To argumentCount)
    For argumentIndex = 1 To argumentCount
        argumentTexts(argumentIndex) = helpSheet.Cells(rowIndex, 3 + 2 * argumentIndex).Value
    Next argumentIndex
    Application.MacroOptions Macro:=macroName, Description:=described, Category:=CATEGORY, _
        ArgumentDescriptions:=argumentTexts
End Sub
