// Package e2e holds journeys: the built application in a real window, driven by keyboard, with a real keyring and a
// real browser, against the built host, which is asked afterwards what has become of it. It has no code of its own
// outside of tests, and runs on Linux, where a screen, a session and a keyring can be made for each journey.
//
// Journeys know the application only as a person does (keys, and the words that a screen reader would say) and as an
// operator does (its debug log, its files, the Host API). On failure a picture of the screen and the logs are kept
// under build/e2e.
package e2e
