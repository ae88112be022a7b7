import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// What rounding does to shallow networks is within what is proved.
@Suite struct StoredShallowTests {
  static let kinds: [RegionSample.Kind] = [
    .trained, .integers, .proportional, .fixedInputs, .wide, .rows, .dead, .scaled,
  ]

  @Test(arguments: kinds, ScalarType.allCases)
  func roundingStaysWithinItsBounds(kind: RegionSample.Kind, type: ScalarType) throws {
    for seed in 0..<4 as Range<UInt64> {
      let sample = try #require(try ShallowSample(kind, seed: seed))
      let shallow = ShallowNetwork(sample.design, slabExponent: max(-6, sample.exponent))
      let stored: StoredShallow
      do {
        stored = try StoredShallow(shallow, type: type)
      } catch {
        #expect(kind == .scaled, "\(error)")
        continue
      }
      let network = stored.network
      #expect(network.scalarType == type)
      let bounds = ShallowBounds(shallow, stored)
      for point in sample.innerPoints + sample.points {
        let outputs = ShallowSample.outputs(of: network, at: point)
        let errors = zip(outputs, sample.outputs(at: point)).map { ($0 - $1).magnitude }
        #expect(errors.allSatisfy { $0 <= Dyadic(bounds.error) })
        guard shallow.isClear(at: point, margins: stored.margins) else { continue }
        #expect(zip(errors, stored.differences).allSatisfy { $0 <= $1 })
      }
    }
  }

  @Test(
    arguments: [RegionSample.Kind.integers, .unbiased, .dead, .constants], 0..<4 as Range<UInt64>)
  func networksOfShortNumbersAreStoredExactly(kind: RegionSample.Kind, seed: UInt64) throws {
    let sample = try #require(try ShallowSample(kind, seed: seed))
    let shallow = ShallowNetwork(sample.design, slabExponent: -4)
    let stored = try StoredShallow(shallow, type: .float64)
    #expect((stored.margins + stored.differences).allSatisfy { $0.isZero })
    let network = stored.network
    for point in sample.points {
      #expect(ShallowSample.outputs(of: network, at: point) == shallow.outputs(at: point))
    }
  }

  @Test func slabsThatBiasesLoseAreRefused() throws {
    let hidden = Layer(weights: Matrix(rows: [[1]]), biases: [1000], activation: .relu)
    let output = Layer(weights: Matrix(rows: [[1]]), biases: [0], activation: .identity)
    let network = try Network(layers: [hidden, output], scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: -2000, upper: 0, count: 1))
    let design = try ShallowSample(network, domain, seed: 1).design
    let shallow = ShallowNetwork(design, slabExponent: -30)
    #expect(throws: ShallowFailure.slabTooThin(slab: 0x1p-30, type: .float32)) {
      try StoredShallow(shallow, type: .float32)
    }
    #expect(throws: Never.self) { try StoredShallow(shallow, type: .float64) }
    let tooLarge = ShallowNetwork(design, slabExponent: -125)
    #expect(throws: ShallowFailure.self) { try StoredShallow(tooLarge, type: .float64) }
  }
}
