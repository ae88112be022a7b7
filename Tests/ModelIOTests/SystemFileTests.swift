import ModelIO
import Testing

@Suite struct SystemFileTests {
  #if os(Linux)
    /// A file without a size, as far as it says.
    @Test func readsWhatTheKernelWrites() throws {
      let path = "/proc/self/status"
      let line = try #require(SystemFile.line(beginningWith: "VmSize", of: path))
      #expect(line.hasPrefix("VmSize:") && line.hasSuffix("kB"))
      #expect(SystemFile.line(beginningWith: "NoSuchWord", of: path) == nil)
    }
  #endif

  @Test func saysNothingOfAFileThatIsNotThere() {
    #expect(SystemFile.line(beginningWith: "a", of: "/no/such/file") == nil)
  }
}
