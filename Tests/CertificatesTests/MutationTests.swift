import Certificates
import ExactArithmetic
import NeuralNetwork
import StrictJSON
import TestSupport
import Testing

/// Every value of accepted certificates altered: rejected, or still true.
@Suite struct MutationTests {
  /// How many random mutants of one kind there are of each certificate.
  private static let mutantCount = 150

  @Test(arguments: Toy.allCases) func everySingleChangeIsRejectedOrTrue(toy: Toy) {
    let json = toy.json
    var tally = Tally()
    for path in json.paths {
      guard let old = json.value(at: path) else { continue }
      for mutant in JSONMutator.mutants(of: old) {
        tally.count(toy, json.replacing(path, with: mutant))
      }
    }
    print("\(toy): \(tally)")
    #expect(tally.rejected > 400)
    #expect(tally.accepted > 20)
  }

  @Test(arguments: Toy.allCases) func manyChangesAtOnceAreRejectedOrTrue(toy: Toy) {
    var generator = SplitMix64(seed: 29)
    var tally = Tally()
    for _ in 0..<Self.mutantCount {
      var document = toy.json
      for _ in 0..<Int.random(in: 2...4, using: &generator) {
        document = JSONMutator.mutated(document, using: &generator)
      }
      tally.count(toy, document)
    }
    print("\(toy), many changes: \(tally)")
    #expect(tally.rejected > Self.mutantCount * 4 / 5)
  }

  /// Values that are not compared with anything, so that several changes can stand together.
  @Test(arguments: Toy.allCases) func changedMultipliersAndPointsAreRejectedOrTrue(toy: Toy) {
    var generator = SplitMix64(seed: 31)
    var tally = Tally()
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
      tally.count(toy, document)
    }
    print("\(toy), other numbers: \(tally)")
    #expect(tally.rejected > Self.mutantCount / 5)
  }

  @Test(arguments: Toy.allCases) func changedBytesAreRejectedOrTrue(toy: Toy) {
    var generator = SplitMix64(seed: 37)
    let bytes = toy.certificate.encoded
    var tally = Tally()
    for _ in 0..<Self.mutantCount {
      var changed = bytes
      let i = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: changed[i] = UInt8.random(in: 0...255, using: &generator)
      case 1: changed.remove(at: i)
      case 2: changed.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: i)
      default: changed.swapAt(i, Int.random(in: 0..<bytes.count, using: &generator))
      }
      tally.count(toy, changed)
    }
    print("\(toy), bytes: \(tally)")
    #expect(tally.rejected > Self.mutantCount * 4 / 5)
  }
}

/// How many documents were rejected, and how many accepted and found true.
private struct Tally: CustomStringConvertible {
  var rejected = 0
  var accepted = 0

  var description: String { "\(rejected) mutants rejected, \(accepted) accepted and true" }

  mutating func count(_ toy: Toy, _ document: JSONValue) {
    count(toy, JSONWriter.write(document))
  }

  mutating func count(_ toy: Toy, _ bytes: [UInt8]) {
    do throws(CheckFailure) {
      let certificate = try Certificate(decoding: bytes)
      let (proved, _) = try CertificateChecker.check(
        certificate, model: toy.model, result: toy.result)
      let claims = Truth.falseClaims(of: certificate, proved, toy)
      #expect(claims == [], "\(String(decoding: bytes, as: UTF8.self))")
      #expect((try? Certificate(decoding: certificate.encoded)) == certificate)
      accepted += 1
    } catch {
      #expect(!error.place.isEmpty && !error.description.isEmpty)
      rejected += 1
    }
  }
}
