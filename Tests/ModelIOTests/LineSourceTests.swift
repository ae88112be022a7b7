import ModelIO
import Testing

/// Lines of files of any size, whole or torn.
@Suite struct LineSourceTests {
  private static func lines(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> [[UInt8]] {
    let folder = ScratchFolder()
    let path = folder.write(bytes, as: "lines")
    let source = try LineSource(path: path, maximumLineByteCount: limit)
    var lines: [[UInt8]] = []
    while true {
      let batch = try source.nextLines()
      if batch.isEmpty { return lines }
      lines += batch
    }
  }

  @Test func keepsLineFeedsAndTornEnds() throws {
    #expect(try Self.lines([]) == [])
    #expect(try Self.lines([0x0A]) == [[0x0A]])
    #expect(try Self.lines([1, 0x0A, 0x0A, 2]) == [[1, 0x0A], [0x0A], [2]])
  }

  @Test func linesCrossReadsAndBatches() throws {
    // Longer than one read of the file, and more than one batch.
    let long = [UInt8](repeating: 7, count: 300_000) + [0x0A]
    let lines = (0..<9).map { $0 % 2 == 0 ? long : [UInt8($0), 0x0A] }
    #expect(try Self.lines(Array(lines.joined())) == lines)
  }

  @Test func aLineThatIsTooLongEndsTheReading() throws {
    let lines = try Self.lines(
      [1, 0x0A] + [UInt8](repeating: 7, count: 2_000_000) + [0x0A, 2, 0x0A], limit: 1000)
    #expect(lines.count == 2)
    #expect(lines[0] == [1, 0x0A])
    #expect(lines[1].count > 1000 && lines[1].count < 2_000_000)
    #expect(lines[1].last == 7)
  }

  @Test func looksAheadWithoutTaking() throws {
    let folder = ScratchFolder()
    let source = try LineSource(
      path: folder.write([1, 2, 0x0A], as: "lines"), maximumLineByteCount: 10)
    #expect(try source.peek(2) == [1, 2])
    #expect(try source.peek(8) == [1, 2, 0x0A])
    #expect(try source.nextLines() == [[1, 2, 0x0A]])
  }

  @Test func refusesWhatIsNoFile() throws {
    let folder = ScratchFolder()
    for path in [folder.path, folder.path + "/missing", "/dev/null"] {
      #expect(throws: ModelError.self) {
        try LineSource(path: path, maximumLineByteCount: 10)
      }
    }
  }
}
