import Testing

@testable import ModelIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Journals keep whole lines, and only those.
@Suite struct JournalFileTests {
  private let lines = ["first", "", "a longer third line {}", "fourth"].map { Array($0.utf8) }

  /// A journal with all lines, closed.
  private func journal(in folder: ScratchFolder) throws -> String {
    let path = "\(folder.path)/journal"
    let file = try JournalFile(path: path)
    #expect(file.lines.isEmpty)
    for line in lines { try file.append(line) }
    return path
  }

  @Test func linesComeBackAndMoreFollow() throws {
    let folder = ScratchFolder()
    let path = try journal(in: folder)
    do {
      let again = try JournalFile(path: path)
      #expect(again.lines == lines)
      try again.append(Array("fifth".utf8))
    }
    let last = try JournalFile(path: path)
    #expect(last.lines == lines + [Array("fifth".utf8)])
    last.remove()
    #expect(access(path, F_OK) != 0)
  }

  @Test func everyTornEndIsCutOff() throws {
    let folder = ScratchFolder()
    let bytes = try InputFile.read(path: try journal(in: folder))
    let first = try #require(bytes.firstIndex(of: 0x0A)) + 1
    for count in first...bytes.count {
      let path = folder.write(Array(bytes[..<count]), as: "torn")
      let whole = bytes[..<count].count { $0 == 0x0A }
      do {
        let file = try JournalFile(path: path)
        #expect(file.lines == Array(lines.prefix(whole)), "\(count) bytes")
        try file.append(Array("next".utf8))
      }
      #expect(try JournalFile(path: path).lines == lines.prefix(whole) + [Array("next".utf8)])
    }
  }

  @Test func everythingAfterAFlippedByteIsDropped() throws {
    let folder = ScratchFolder()
    let bytes = try InputFile.read(path: try journal(in: folder))
    let first = try #require(bytes.firstIndex(of: 0x0A)) + 1
    for place in first..<bytes.count {
      var damaged = bytes
      damaged[place] ^= 0x04
      let path = folder.write(damaged, as: "damaged")
      let before = bytes[..<place].count { $0 == 0x0A }
      #expect(try JournalFile(path: path).lines == Array(lines.prefix(before)), "byte \(place)")
    }
  }

  @Test func linesCannotBeMovedOrLeftOut() throws {
    let folder = ScratchFolder()
    let bytes = try InputFile.read(path: try journal(in: folder))
    let parts = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    for order in [[0, 2, 3], [0, 2, 1, 3], [0, 1, 1, 2]] {
      let text: [UInt8] = order.reduce(into: []) { $0 += parts[$1] + [0x0A] }
      let path = folder.write(text, as: "moved")
      let kept = try JournalFile(path: path).lines
      #expect(kept.count < order.count && kept == Array(lines.prefix(kept.count)))
    }
  }

  @Test(arguments: ["\n", "somebody's notes\nand more\n", "0123456789abcdef first\n", "\0\0"])
  func foreignFilesAreRefusedAndLeftAlone(text: String) throws {
    let folder = ScratchFolder()
    let path = folder.write(Array(text.utf8), as: "foreign")
    #expect(throws: ModelError.self) { try JournalFile(path: path) }
    #expect(try InputFile.read(path: path) == Array(text.utf8))
  }

  @Test func emptyFilesBecomeJournals() throws {
    let folder = ScratchFolder()
    let path = folder.write([], as: "empty")
    try JournalFile(path: path).append(Array("line".utf8))
    #expect(try JournalFile(path: path).lines == [Array("line".utf8)])
  }

  @Test func aTornFirstLineIsBegunAgain() throws {
    let folder = ScratchFolder()
    let bytes = try InputFile.read(path: try journal(in: folder))
    let end = try #require(bytes.firstIndex(of: 0x0A))
    for count in 0...end {
      let path = folder.write(Array(bytes[..<count]), as: "torn")
      do {
        let file = try JournalFile(path: path, firstLine: lines[0])
        #expect(file.lines.isEmpty)
        try file.append(lines[0])
      }
      #expect(try JournalFile(path: path).lines == [lines[0]])
    }
    // The beginning of another line is somebody else's.
    let path = folder.write(Array(bytes[..<end]), as: "other")
    #expect(throws: ModelError.self) { try JournalFile(path: path, firstLine: lines[2]) }
    #expect(try InputFile.read(path: path) == Array(bytes[..<end]))
  }

  @Test func aJournalThatIsInUseIsRefused() throws {
    let folder = ScratchFolder()
    let path = "\(folder.path)/journal"
    let first = try JournalFile(path: path)
    #expect(throws: OutputFile.WriteError.self) { try JournalFile(path: path) }
    try first.append(Array("line".utf8))
  }

  @Test func placesThatCannotBeWrittenAreRefused() {
    let folder = ScratchFolder()
    for path in ["/nonexistent/journal", folder.path, "\(folder.path)/a/b"] {
      #expect(throws: OutputFile.WriteError.self) { try JournalFile(path: path) }
    }
  }
}
