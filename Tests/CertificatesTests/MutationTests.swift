import Certificates
import ExactArithmetic
import StrictJSON
import TestSupport
import Testing

/// Every value of accepted certificates altered: rejected, or still true.
@Suite struct MutationTests {
  /// How many random mutants of one kind there are of each certificate.
  private static let mutantCount = 150

  @Test(arguments: Toy.allCases) func everySingleChangeIsRejectedOrTrue(toy: Toy) throws {
    let both = BothCheckers("MutationTests, everySingleChangeIsRejectedOrTrue, \(toy)")
    let json = toy.json
    for path in json.paths {
      guard let old = json.value(at: path) else { continue }
      for mutant in JSONMutator.mutants(of: old) {
        try both.rule(of: json.replacing(path, with: mutant), toy.subject)
      }
    }
    try both.finish()
    #expect(both.rejected > 400)
    #expect(both.acceptedAndTrue > 20)
  }

  @Test(arguments: Toy.allCases) func manyChangesAtOnceAreRejectedOrTrue(toy: Toy) throws {
    let both = BothCheckers("MutationTests, manyChangesAtOnceAreRejectedOrTrue, \(toy)")
    var generator = SplitMix64(seed: 29)
    for _ in 0..<Self.mutantCount {
      var document = toy.json
      for _ in 0..<Int.random(in: 2...4, using: &generator) {
        document = JSONMutator.mutated(document, using: &generator)
      }
      try both.rule(of: document, toy.subject)
    }
    try both.finish()
    #expect(both.rejected > Self.mutantCount * 4 / 5)
  }

  /// Values that are not compared with anything, so that several changes can stand together.
  @Test(arguments: Toy.allCases) func changedMultipliersAndPointsAreRejectedOrTrue(toy: Toy) throws
  {
    let both = BothCheckers("MutationTests, changedMultipliersAndPointsAreRejectedOrTrue, \(toy)")
    var generator = SplitMix64(seed: 31)
    let places = toy.json.paths.filter { path in
      guard case .string(let text) = toy.json.value(at: path) else { return false }
      return Dyadic(canonical: text) != nil
    }
    for _ in 0..<Self.mutantCount {
      var document = toy.json
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        guard let place = places.randomElement(using: &generator) else { continue }
        let value = Dyadic(Int.random(in: -8...8, using: &generator))
        document = document.replacing(
          place, with: .string(value.scaled(byPowerOfTwo: -2).description))
      }
      try both.rule(of: document, toy.subject)
    }
    try both.finish()
    #expect(both.rejected > Self.mutantCount / 5)
  }

  @Test(arguments: Toy.allCases) func changedBytesAreRejectedOrTrue(toy: Toy) throws {
    let both = BothCheckers("MutationTests, changedBytesAreRejectedOrTrue, \(toy)")
    var generator = SplitMix64(seed: 37)
    let bytes = toy.certificate.encoded
    for _ in 0..<Self.mutantCount {
      var changed = bytes
      let i = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: changed[i] = UInt8.random(in: 0...255, using: &generator)
      case 1: changed.remove(at: i)
      case 2: changed.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: i)
      default: changed.swapAt(i, Int.random(in: 0..<bytes.count, using: &generator))
      }
      try both.rule(of: changed, toy.subject)
    }
    try both.finish()
    #expect(both.rejected > Self.mutantCount * 4 / 5)
  }
}
