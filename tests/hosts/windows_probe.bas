' The Python side of the add-in, scripted by the first argument of the worksheet function that is called.

Public Function CallUDF(moduleName, functionName, arguments, Optional book, Optional caller)
    Dim table(0 To 1, 0 To 2) As Variant
    If UBound(arguments) < 0 Then
        CallUDF = "#N/A"
    ElseIf arguments(0) = "row" Then
        CallUDF = Array(1.5, "#N/A", "text", "#NUM!: because", True, "#DIV/0!")
    ElseIf arguments(0) = "table" Then
        table(0, 0) = "#REF!"
        table(0, 1) = 2
        table(0, 2) = "see #REF!"
        table(1, 0) = ""
        table(1, 1) = "#NULL!"
        table(1, 2) = "#NAME?"
        CallUDF = table
    ElseIf arguments(0) = "fail" Then
        Err.Raise 1000, , "Python is gone"
    ElseIf arguments(0) = "count" Then
        CallUDF = UBound(arguments) + 1
    ElseIf arguments(0) = "who" Then
        CallUDF = moduleName & " " & functionName
    Else
        CallUDF = arguments(0)
    End If
End Function

Public Function IS_REAL_ERROR(given)
    IS_REAL_ERROR = IsError(CellValue(given)) And VarType(CellValue(given)) = vbError
End Function
