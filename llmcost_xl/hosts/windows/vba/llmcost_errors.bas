Option Explicit
Option Private Module
' Python can hand over an error only as its text. In a cell such a text would pass for a value: SUM skips it, ISERROR
' does not see it. So the answer of every worksheet function passes through here.

Public Function CellValue(ByVal answer As Variant) As Variant
    ' The answer with Excel's own errors in place of their texts: one value, or an array of one or two dimensions.
    Dim rowIndex As Long, columnIndex As Long
    If Not IsArray(answer) Then
        CellValue = ErrorOrSame(answer)
        Exit Function
    End If
    If HasRows(answer) Then
        For rowIndex = LBound(answer, 1) To UBound(answer, 1)
            For columnIndex = LBound(answer, 2) To UBound(answer, 2)
                answer(rowIndex, columnIndex) = ErrorOrSame(answer(rowIndex, columnIndex))
            Next columnIndex
        Next rowIndex
    Else
        For columnIndex = LBound(answer) To UBound(answer)
            answer(columnIndex) = ErrorOrSame(answer(columnIndex))
        Next columnIndex
    End If
    CellValue = answer
End Function

Private Function ErrorOrSame(ByVal cellContent As Variant) As Variant
    ' The error whose text this is, the whole of it; anything else as it stands.
    ErrorOrSame = cellContent
    If VarType(cellContent) <> vbString Then Exit Function
    If Left$(cellContent, 1) <> "#" Then Exit Function
    Select Case cellContent
        Case "#NULL!": ErrorOrSame = CVErr(2000)
        Case "#DIV/0!": ErrorOrSame = CVErr(2007)
        Case "#VALUE!": ErrorOrSame = CVErr(2015)
        Case "#REF!": ErrorOrSame = CVErr(2023)
        Case "#NAME?": ErrorOrSame = CVErr(2029)
        Case "#NUM!": ErrorOrSame = CVErr(2036)
        Case "#N/A": ErrorOrSame = CVErr(2042)
        Case "#SPILL!": ErrorOrSame = CVErr(2045)  ' only an Excel that knows this error can have sent it
        Case "#CALC!": ErrorOrSame = CVErr(2050)
    End Select
End Function

Private Function HasRows(ByRef answer As Variant) As Boolean
    ' Whether an array has two dimensions: asking for the size of a dimension it lacks is an error.
    Dim size As Long
    On Error GoTo OneDimension
    size = UBound(answer, 2)
    HasRows = True
OneDimension:
End Function
