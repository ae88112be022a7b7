import BigInt
import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// Residues keep sums and products of stored numbers, so equal maps have equal fingerprints.
@Suite struct ResidueMapsTests {
  @Test(arguments: 0..<50)
  func sumsAndProductsAreKept(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    func number(_ exponents: ClosedRange<Int>) -> Double {
      // Twenty-six bits, so that products and sums of neighbours are exact.
      let significand = Double(Int.random(in: -1 << 26...1 << 26, using: &generator))
      return significand
        * Double(
          sign: .plus, exponent: Int.random(in: exponents, using: &generator), significand: 1)
    }
    for _ in 0..<40 {
      let (a, b) = (number(-400...400), number(-400...400))
      #expect(Residue.of(a * b) == Residue.multiply(Residue.of(a), Residue.of(b)))
      let (c, d) = (number(-5...5), number(-5...5))
      #expect(Residue.of(c + d) == Residue.add(Residue.of(c), Residue.of(d)))
      #expect(Residue.add(Residue.of(a), Residue.of(-a)) == 0)
      #expect(Residue.of(a) < Residue.prime)
    }
  }

  @Test func specialNumbersHaveTheirResidues() {
    #expect(Residue.of(0) == 0 && Residue.of(-0.0) == 0)
    #expect(Residue.of(1) == 1 && Residue.of(-1) == Residue.prime - 1)
    // 2 has order 61, in both directions.
    for exponent in [61, -61, 122, -122, 976, -976] {
      #expect(Residue.of(Double(sign: .plus, exponent: exponent, significand: 1)) == 1)
    }
    #expect(Residue.multiply(Residue.of(0.5), 2) == 1)
    // The least number is 2^-1074, and 1074 = 17 · 61 + 37.
    #expect(Residue.of(.leastNonzeroMagnitude) == 1 << 24)
    #expect(Residue.of(.greatestFiniteMagnitude) < Residue.prime)
    #expect(
      Residue.add(
        Residue.of(.greatestFiniteMagnitude), Residue.of(-.greatestFiniteMagnitude)) == 0)
  }

  @Test(arguments: 0..<20)
  func productsAreThoseOfIntegers(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    var numbers: [UInt64] = [0, 1, 2, Residue.prime - 1, Residue.prime - 2, 1 << 60]
    for _ in 0..<10 { numbers.append(.random(in: 0..<Residue.prime, using: &generator)) }
    let prime = BigInt(Residue.prime)
    for left in numbers {
      for right in numbers {
        let product = UInt64(BigInt(left) * BigInt(right) % prime)
        #expect(Residue.multiply(left, right) == product)
        #expect(Residue.add(left, right) == UInt64((BigInt(left) + BigInt(right)) % prime))
      }
    }
  }

  /// Fingerprints of all patterns, in an order that makes the layers that are kept matter.
  @Test(arguments: RegionSample.Kind.allCases)
  func fingerprintsAreEqualIfMapsAre(kind: RegionSample.Kind) throws {
    for seed in 0..<3 {
      let sample = try RegionSample(kind, seed: 800 + UInt64(seed))
      let maps = RegionMaps(sample.proved, layerCount: sample.layerCount)
      var generator = SplitMix64(seed: UInt64(seed))
      var residues = ResidueMaps(maps)
      var known: [[UInt64]: [[Dyadic]]] = [:]
      for _ in 0..<30 {
        let phases = maps.units.map { _ in Bool.random(using: &generator) ? UnitPhase.on : .off }
        let key = residues.fingerprint(phases)
        var fresh = ResidueMaps(maps)
        #expect(fresh.fingerprint(phases) == key)
        let map = maps.map(phases)
        #expect(known[key, default: map] == map)
        known[key] = map
      }
      #expect(Set(known.values).count == known.count)
    }
  }
}
