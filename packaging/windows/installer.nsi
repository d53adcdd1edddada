; The installer of the application, for the person who runs it: no administrator is asked. tools/dist defines NAME, ID, VERSION,
; DOTTED, WEBSITE, AUTHORS, FROM (the folder with the program), FILES (what pack has made) and OUT, and perhaps SIGN.
;
;   installer /S            without a window; /D=FOLDER, last and without quotes, chooses where
;   uninstall /S            without a window; what Concierge keeps stays. /DATA=remove takes it too.
;
; Exit codes: 0 done, 1 given up by the person, 2 not done, 5 the program is open (/S only).

Target amd64-unicode
ManifestDPIAware true
SetCompressor /SOLID lzma
SetDateSave off
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh

Name "${NAME}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
; Where it is already: an upgrade goes there.
InstallDirRegKey HKCU "Software\${ID}" "Folder"
BrandingText "${NAME} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${DOTTED}"
VIFileVersion "${DOTTED}"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${NAME}"
VIAddVersionKey CompanyName "${AUTHORS}"
VIAddVersionKey LegalCopyright "MIT licence, ${AUTHORS}"

!ifdef SIGN
  !uninstfinalize '"${SIGN}" "%1"'
!endif

!define MUI_ICON "${FILES}/concierge.ico"
!define MUI_UNICON "${FILES}/concierge.ico"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${FILES}/sidebar.bmp"
!define MUI_FINISHPAGE_RUN "$INSTDIR\concierge.exe"
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
; The first is for systems that speak neither.
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "French"
!include "${FILES}/texts.nsh"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"

; Quebec's French is French too: NSIS knows only that of France.
!macro speak
  IntOp $0 $LANGUAGE & 0x3ff
  ${If} $0 = 0x0c
    StrCpy $LANGUAGE ${LANG_FRENCH}
  ${EndIf}
!macroend

; A program that is open cannot be replaced or removed: the person closes it, for there may be edits in it. It is open when
; its file cannot be written.
!macro closed
  ${If} ${FileExists} "$INSTDIR\concierge.exe"
    ${Do}
      ClearErrors
      FileOpen $1 "$INSTDIR\concierge.exe" a
      ${IfNot} ${Errors}
        FileClose $1
        ${ExitDo}
      ${EndIf}
      ${If} ${Silent}
        SetErrorLevel 5
        Quit
      ${EndIf}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(STILL_OPEN)" IDRETRY +2
      Quit
    ${Loop}
  ${EndIf}
!macroend

Function .onInit
  !insertmacro speak
FunctionEnd

Section
  !insertmacro closed
  SetOutPath "$INSTDIR"
  ClearErrors
  File "${FROM}/concierge.exe"
  File "${FROM}/LICENSE.txt"
  File "${FROM}/THIRD-PARTY.txt"
!if /FileExists "${FROM}/software-opengl/opengl32.dll"
  ; Mesa's software OpenGL, for computers without: not beside the program, where it would be used by all.
  File /r "${FROM}/software-opengl"
!endif
  ${If} ${Errors}
    SetErrorLevel 2
    Abort
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\concierge.exe"
  WriteRegStr HKCU "Software\${ID}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\concierge.exe,0"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${AUTHORS}"
  WriteRegStr HKCU "${UNINSTALL}" "URLInfoAbout" "${WEBSITE}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

!macro forgotten
  RMDir /r "$APPDATA\${NAME}"
  RMDir /r "$LOCALAPPDATA\${NAME}"
  ; The window toolkit's own, of this program; its folder is shared with other programs.
  RMDir /r "$APPDATA\fyne\${ID}"
  RMDir "$APPDATA\fyne"
  RMDir /r "$LOCALAPPDATA\fyne\${ID}"
  RMDir "$LOCALAPPDATA\fyne"
!macroend

Function un.onInit
  !insertmacro speak
FunctionEnd

Section Uninstall
  !insertmacro closed
  ; Only what the installer brought: the folder is the person's choice, and may hold other things.
  Delete "$INSTDIR\concierge.exe"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\THIRD-PARTY.txt"
  ; What somebody has copied from there beside the program goes too.
  FindFirst $2 $3 "$INSTDIR\software-opengl\*.*"
  ${DoWhile} $3 != ""
    Delete "$INSTDIR\$3"
    FindNext $2 $3
  ${Loop}
  FindClose $2
  RMDir /r "$INSTDIR\software-opengl"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\${ID}"

  ; What it keeps: data in the roaming profile, logs in the local one.
  ${If} ${FileExists} "$APPDATA\${NAME}\*.*"
  ${OrIf} ${FileExists} "$LOCALAPPDATA\${NAME}\*.*"
    ${GetParameters} $0
    ${GetOptions} $0 "/DATA=" $1
    ${If} $1 == "remove"
      !insertmacro forgotten
    ${ElseIf} ${Cmd} `MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(REMOVE_DATA)$\r$\n$\r$\n$APPDATA\${NAME}" /SD IDNO IDYES`
      !insertmacro forgotten
    ${Else}
      DetailPrint "$(KEEP_DATA) $APPDATA\${NAME}"
    ${EndIf}
  ${EndIf}
SectionEnd
