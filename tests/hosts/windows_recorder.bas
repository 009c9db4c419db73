' Excel's place for the descriptions of functions, which LibreOffice has not.

Private described As String

Public Sub MacroOptions(Macro, Description, Category, Optional ArgumentDescriptions)
    Dim index As Long
    described = described & Macro & "|" & Description & "|" & Category
    If Not IsMissing(ArgumentDescriptions) Then
        For index = LBound(ArgumentDescriptions) To UBound(ArgumentDescriptions)
            described = described & "|" & ArgumentDescriptions(index)
        Next index
    End If
    described = described & vbLf
End Sub

Public Function DESCRIBED_FUNCTION(number)
    If described = "" Then DescribeFunctions
    DESCRIBED_FUNCTION = Split(described, vbLf)(number - 1)
End Function
