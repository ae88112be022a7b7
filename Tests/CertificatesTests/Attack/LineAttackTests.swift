import Certificates
import NeuralNetwork
import TestSupport
import Testing

/// Certificates in lines: dropped, doubled, swapped, cut and spliced, with the checksums as they
/// were and with checksums that fit.
@Suite struct LineAttackTests {
  /// How many altered files each seed tries at least.
  private static let count = AttackScale.count(inTests: 500, inAttack: 40_000)

  @Test(arguments: [101, 102, 103] as [UInt64])
  func everyChangeIsRejectedOrTrue(seed: UInt64) throws {
    var random = RandomNetworks(seed: seed, isInteger: seed % 2 == 1)
    let both = BothCheckers("LineAttackTests", seed: seed)
    while both.tried < Self.count {
      let analyzed = try AnalyzedScene(&random, hidden: 1...3)
      let own = SealedLines(analyzed.certificate)
      #expect(try both.rule(of: own.bytes, analyzed.subject) == nil)
      // Lines of another network, of another domain, and of the same claims in other words.
      let others = [
        SealedLines(try AnalyzedScene(&random, hidden: 1...3).certificate),
        SealedLines(
          Transplant(analyzed, changingDomain: &random)?.certificate
            ?? analyzed.certificate),
        SealedLines(
          Transplant(analyzed, changingSteps: &random)?.certificate
            ?? analyzed.certificate),
      ]
      for other in others {
        try attackSealed(own, other, analyzed.subject, &random, both)
        try attackRaw(own, other, analyzed.subject, &random, both)
      }
    }
    try both.finish()
    #expect(both.rejected > Self.count * 3 / 4)
  }

  /// A tree that has no branches, or not all, in front of every line behind the head.
  @Test(arguments: [Toy.hinge, .branches]) func refusesATreeWithoutItsBranches(toy: Toy) throws {
    let both = BothCheckers("LineAttackTests, \(toy)")
    let own = SealedLines(toy.certificate)
    let trees = own.lines.indices.filter { own.lines[$0].members.contains("\"bound\"") }
    for length in 1...2 {
      let start = try #require(trees.first)
      let open = own.lines[start..<start + length]
      for i in 1..<own.lines.count {
        var changed = own
        changed.lines.insert(contentsOf: open, at: i)
        changed.countAnew()
        #expect(try both.rule(of: changed.bytes, toy.subject, "open tree at \(i)") != nil)
      }
    }
    try both.finish()
  }

  /// Changes with checksums that fit: only order, binding, counting and meaning are left to check.
  private func attackSealed(
    _ own: SealedLines, _ other: SealedLines, _ subject: Subject,
    _ random: inout RandomNetworks, _ both: BothCheckers
  ) throws {
    for _ in 0..<8 {
      var changed = own
      for _ in 0..<Int.random(in: 1...2, using: &random.generator) {
        changed.change(other, &random)
      }
      if Bool.random(using: &random.generator) { changed.countAnew() }
      try both.rule(of: changed.bytes, subject, "sealed")
    }
    // Everything as it was, but bound to something else.
    guard let stranger = other.lines.first?.of, stranger != own.lines.first?.of else { return }
    var bound = own
    for i in bound.lines.indices { bound.lines[i].of = stranger }
    #expect(try both.rule(of: bound.bytes, subject, "bound elsewhere") == .lines)
    bound = own
    let i = Int.random(in: 0..<bound.lines.count, using: &random.generator)
    bound.lines[i].of = stranger
    #expect(try both.rule(of: bound.bytes, subject, "one line bound elsewhere") == .lines)
  }

  /// Changes with the checksums as they were.
  private func attackRaw(
    _ own: SealedLines, _ other: SealedLines, _ subject: Subject,
    _ random: inout RandomNetworks, _ both: BothCheckers
  ) throws {
    let sealed = own.sealed
    for _ in 0..<4 {
      var lines = sealed
      let i = Int.random(in: 0..<lines.count, using: &random.generator)
      let j = Int.random(in: 0..<lines.count, using: &random.generator)
      switch Int.random(in: 0..<9, using: &random.generator) {
      case 0: lines.remove(at: i)
      case 1: lines.insert(lines[i], at: j)
      case 2: lines.swapAt(i, j)
      case 3: lines[i] = other.sealed.randomElement(using: &random.generator) ?? []
      case 4: lines[i].remove(at: Int.random(in: 0..<lines[i].count, using: &random.generator))
      case 5: lines.removeLast(lines.count - i)
      case 6:
        lines[i].insert(0x20, at: Int.random(in: 0..<lines[i].count, using: &random.generator))
      case 7: lines.append(lines[i])
      default: lines[i].insert(0x0D, at: lines[i].count - 1)
      }
      guard lines != sealed else { continue }
      #expect(try both.rule(of: Array(lines.joined()), subject, "raw") != nil)
    }
  }
}
