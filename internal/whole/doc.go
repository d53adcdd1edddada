// Package whole tests the application without its window against the sample host, over real HTTP: what a person does
// arrives, once, whatever happens on the way. It holds only tests.
package whole
