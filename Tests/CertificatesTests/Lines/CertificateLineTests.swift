import Certificates
import Foundation
import NeuralNetwork
import TestSupport
import Testing

/// The form in lines: it says what the document says, and every damage is noticed.
@Suite struct CertificateLineTests {
  @Test(arguments: Toy.allCases) func saysWhatTheDocumentSays(toy: Toy) throws {
    let lines = toy.textLines
    #expect(lines[0].hasPrefix("{\"sum\": \""))
    let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    let read = try Certificate(reading: bytes)
    #expect(read == toy.certificate)
    #expect(Toy.textLines(of: read) == lines)
    #expect(try Certificate(reading: toy.certificate.encoded) == toy.certificate)
    for batch in [1, 2, 1000] { #expect(toy.ruleBroken(byLines: lines, batch: batch) == nil) }
  }

  @Test(arguments: Toy.allCases) func isCountedAsTheDocument(toy: Toy) throws {
    let document = try CertificateChecker.check(
      toy.certificate, model: toy.model, result: toy.result)
    var checker = CertificateLineChecker(model: toy.model)
    try checker.take(toy.textLines.map { Array(($0 + "\n").utf8) })
    #expect(try checker.finish(result: toy.result).summary == document.summary)
  }

  /// What is written is resealed as it was, so the damages below are what they say.
  @Test(arguments: Toy.allCases) func sumsAreReproducible(toy: Toy) {
    #expect(Resealing.resealed(toy.textLines) == toy.textLines)
  }

  @Test(arguments: Toy.allCases) func everyLineCounts(toy: Toy) {
    let lines = toy.textLines
    for i in lines.indices {
      var dropped = lines
      dropped.remove(at: i)
      #expect(toy.ruleBroken(byLines: dropped) == .lines, "line \(i + 1) dropped")
      var doubled = lines
      doubled.insert(lines[i], at: i)
      #expect(toy.ruleBroken(byLines: doubled) == .lines, "line \(i + 1) doubled")
      if i > 0 {
        var swapped = lines
        swapped.swapAt(i, i - 1)
        #expect(toy.ruleBroken(byLines: swapped) == .lines, "lines \(i) and \(i + 1) swapped")
      }
      #expect(toy.ruleBroken(byLines: Array(lines[..<i])) == .lines, "cut after line \(i)")
    }
    #expect(toy.ruleBroken(byLines: lines + ["{}"]) == .lines)
  }

  @Test(arguments: Toy.allCases) func everyByteCounts(toy: Toy) {
    let lines = toy.textLines.map { Array(($0 + "\n").utf8) }
    for i in lines.indices {
      for position in lines[i].indices {
        var changed = lines
        changed[i][position] ^= 1
        #expect(toy.ruleBroken(byRawLines: changed) == .lines, "byte \(position) of line \(i + 1)")
      }
      var torn = Array(lines[...i])
      torn[i].removeLast(lines[i].count / 2)
      #expect(toy.ruleBroken(byRawLines: torn) == .lines, "torn in line \(i + 1)")
    }
  }

  /// Whoever computes the sums anew is caught by order, digest, end, or by what the lines say.
  @Test(arguments: Toy.allCases) func resealedDamageIsCaught(toy: Toy) {
    let lines = toy.textLines
    for i in lines.indices {
      var doubled = lines
      doubled.insert(lines[i], at: i)
      #expect(toy.ruleBroken(byLines: Resealing.resealed(doubled)) != nil, "line \(i + 1) doubled")
      var dropped = lines
      dropped.remove(at: i)
      #expect(toy.ruleBroken(byLines: Resealing.resealed(dropped)) != nil, "line \(i + 1) dropped")
      let digest = SHA256.hexDigest(of: Array("another".utf8))
      let start = lines[i].index(lines[i].startIndex, offsetBy: 36)
      let end = lines[i].index(start, offsetBy: 64)
      var other = lines
      other[i].replaceSubrange(start..<end, with: digest)
      #expect(toy.ruleBroken(byLines: Resealing.resealed(other)) == .lines, "digest of \(i + 1)")
    }
  }

  @Test func linesOfAnotherNetworkAreRefused() {
    let hinge = Toy.hinge.textLines
    let branches = Toy.branches.textLines
    for i in 1..<min(hinge.count, branches.count) {
      let spliced = Array(hinge[..<i]) + branches[i...]
      #expect(Toy.hinge.ruleBroken(byLines: Resealing.resealed(spliced)) == .lines)
    }
    #expect(Toy.branches.ruleBroken(byLines: hinge) == .modelDigest)
  }

  @Test(arguments: LineCase.all) func linesHaveAnOrder(change: LineCase) {
    let lines = change.edit(Toy.branches.textLines)
    #expect(Toy.branches.ruleBroken(byLines: Resealing.resealed(lines)) == change.rule)
    #expect(Self.ruleOfReading(Resealing.resealed(lines)) == change.ruleOfReading)
  }

  private static func ruleOfReading(_ lines: [String]) -> CheckRule? {
    do throws(CheckFailure) {
      _ = try Certificate(reading: Array((lines.joined(separator: "\n") + "\n").utf8))
      return nil
    } catch {
      return error.rule
    }
  }

  /// However leaves are spread over threads, the answer is the same.
  @Test(arguments: Toy.allCases) func answersDoNotDependOnConcurrency(toy: Toy) {
    let backwards = Concurrency { count, body in (0..<count).reversed().forEach(body) }
    let lines = toy.textLines
    for concurrency in [backwards, Threads.many] {
      #expect(toy.ruleBroken(byLines: lines, batch: 100, concurrency: concurrency) == nil)
      for i in lines.indices.dropFirst() {
        var dropped = lines
        dropped.remove(at: i)
        let resealed = Resealing.resealed(dropped)
        #expect(
          toy.ruleBroken(byLines: resealed, batch: 100, concurrency: concurrency)
            == toy.ruleBroken(byLines: resealed, batch: 100))
      }
    }
  }
}

/// A change of the lines of `Toy.branches`, sums computed anew, and the rule that it breaks.
struct LineCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let rule: CheckRule?
  /// The rule that already reading breaks.
  let ruleOfReading: CheckRule?
  let edit: @Sendable ([String]) -> [String]

  private init(
    _ name: String, _ rule: CheckRule?, reading: CheckRule? = nil,
    _ edit: @escaping @Sendable ([String]) -> [String]
  ) {
    testDescription = name
    self.rule = rule
    ruleOfReading = reading
    self.edit = edit
  }

  static let all: [LineCase] = [
    LineCase("nothing changed", nil) { $0 },
    LineCase("no lines", .lines, reading: .syntax) { _ in [] },
    LineCase("no head", .lines, reading: .lines) { Array($0.dropFirst()) },
    LineCase("two heads", .lines, reading: .lines) { [$0[0]] + $0 },
    LineCase("no end", .lines, reading: .lines) { $0.dropLast() },
    LineCase("two ends", .lines, reading: .lines) { $0 + [$0[$0.count - 1]] },
    LineCase("an end that counts one less", .lines, reading: .lines) { lines in
      lines.dropLast() + [replaced(lines, last: "\"end\": \(lines.count - 2)")]
    },
    LineCase("a verdict before the steps", .lines, reading: .lines) { lines in
      let i = index(of: "\"verdict\"", in: lines)
      return [lines[0], lines[i]] + lines[1..<i] + lines[(i + 1)...]
    },
    LineCase("a branch without a tree", .treeShape, reading: .treeShape) { lines in
      let i = index(of: "\"bound\"", in: lines)
      return Array(lines[..<i]) + lines[(i + 1)...]
    },
    LineCase("a branch too many", .treeShape, reading: .treeShape) { lines in
      let i = lastIndex(of: "\"splits\"", in: lines)
      return Array(lines[...i]) + lines[i...]
    },
    LineCase("a branch too few", .treeShape, reading: .treeShape) { lines in
      let i = lastIndex(of: "\"splits\"", in: lines)
      return Array(lines[..<i]) + lines[(i + 1)...]
    },
    LineCase("a member that nobody knows", .syntax, reading: .syntax) { lines in
      edited(lines, at: 1) { $0.dropLast() + ", \"note\": 1}" }
    },
    LineCase("a member twice", .syntax, reading: .syntax) { lines in
      edited(lines, at: 0) { $0.dropLast() + ", \"member\": null}" }
    },
    LineCase("two spaces before the digest", .lines, reading: .lines) { lines in
      edited(lines, at: 1) { $0.replacing("\"of\": ", with: "\"of\":  ") }
    },
    LineCase("the wrong version", .syntax, reading: .syntax) { lines in
      edited(lines, at: 0) { $0.replacing("\"version\": 3", with: "\"version\": 2") }
    },
    LineCase("the name of the document", .syntax, reading: .syntax) { lines in
      edited(lines, at: 0) {
        $0.replacing("espalier-certificate-lines", with: "espalier-certificate")
      }
    },
    LineCase("a blank at the end of a line", .lines, reading: .lines) { lines in
      edited(lines, at: 1) { $0 + " " }
    },
    LineCase("a carriage return", .lines, reading: .lines) { lines in
      edited(lines, at: 1) { $0 + "\r" }
    },
  ]

  private static func index(of mark: String, in lines: [String]) -> Int {
    lines.firstIndex { $0.contains(mark) } ?? 0
  }

  private static func lastIndex(of mark: String, in lines: [String]) -> Int {
    lines.lastIndex { $0.contains(mark) } ?? 0
  }

  private static func edited(
    _ lines: [String], at i: Int, _ edit: (String) -> String
  ) -> [String] {
    var lines = lines
    lines[i] = edit(lines[i])
    return lines
  }

  private static func replaced(_ lines: [String], last member: String) -> String {
    let line = lines[lines.count - 1]
    let start = line.range(of: "\"end\"")?.lowerBound ?? line.startIndex
    return line[..<start] + member + "}"
  }
}
