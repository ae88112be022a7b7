import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates

/// Proofs survive the way between processes, and what is cut or damaged is no proof or another one.
@Suite struct ProofBytesTests {
  private static let unit = UnitID(layer: 2, index: 70_000)
  private static let short = Leaf(units: [
    .init(unit: UnitID(layer: 0, index: 65_535), value: Dyadic(-0.375)),
    .init(unit: UnitID(layer: 65_535, index: 1), value: .zero),
  ])
  private static let long = Leaf(
    units: [.init(unit: Self.unit, value: Dyadic(0.1))], rows: [.init(row: 3, value: .one)],
    ball: Dyadic(0.5), claim: .zero)

  private static let proofs: [Proof] = [
    .lemma(short), .lemma(long), .lemma(Leaf(units: [])),
    .tree(bound: Dyadic(0.1), nodes: [.split(unit), .leaf(short), .leaf(long)]),
    .tree(bound: .zero, nodes: []),
  ]

  @Test(arguments: proofs)
  func roundTrip(proof: Proof) {
    #expect(Proof(bytes: proof.bytes[...]) == proof)
    // Wherever the bytes stand.
    #expect(Proof(bytes: ([7, 7, 7] + proof.bytes).dropFirst(3)) == proof)
  }

  @Test func oneMultiplierTakesEightBytes() {
    let count = 1000
    let leaf = Leaf(
      units: (0..<count).map { .init(unit: UnitID(layer: 0, index: $0), value: .one) })
    let bytes = Proof.tree(bound: .zero, nodes: [.leaf(leaf)]).bytes
    #expect(bytes.count < 8 * count + 20)
  }

  @Test(arguments: proofs)
  func beginningsAreNotTheProof(proof: Proof) {
    for count in 0..<proof.bytes.count {
      #expect(Proof(bytes: proof.bytes.prefix(count)) != proof)
    }
  }

  @Test(arguments: proofs)
  func damagedBytesDoNoHarm(proof: Proof) {
    var generator = SplitMix64(seed: 9)
    for _ in 0..<2000 {
      var bytes = proof.bytes
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      bytes[place] = .random(in: 0...255, using: &generator)
      guard let read = Proof(bytes: bytes[...]) else { continue }
      #expect(Proof(bytes: read.bytes[...]) == read)
    }
  }
}
