/* For tests under Wine 8 only: what Windows has and that Wine lacks. Built as two libraries by tools/test-dist, and never
   packed. */
#include <windows.h>

#ifdef BCRYPTPRIMITIVES
/* Go takes its random numbers from here. SystemFunction036 is RtlGenRandom, by its name in advapi32. */
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length) {
  return SystemFunction036(buffer, (ULONG)length);
}
#endif

#ifdef UIAUTOMATIONCORE
/* The toolkit speaks to screen readers by these; nobody listens here. */
__declspec(dllexport) LRESULT WINAPI UiaReturnRawElementProvider(HWND w, WPARAM wp, LPARAM lp, void *p) { return 0; }
__declspec(dllexport) HRESULT WINAPI UiaHostProviderFromHwnd(HWND w, void **p) { *p = NULL; return S_OK; }
__declspec(dllexport) HRESULT WINAPI UiaRaiseAutomationEvent(void *p, int id) { return S_OK; }
__declspec(dllexport) HRESULT WINAPI UiaRaiseStructureChangedEvent(void *p, int type, int *id, int n) { return S_OK; }
__declspec(dllexport) HRESULT WINAPI UiaDisconnectProvider(void *p) { return S_OK; }
#endif
