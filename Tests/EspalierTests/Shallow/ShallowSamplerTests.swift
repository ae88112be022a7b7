import NeuralNetwork
import Testing

@testable import Espalier

/// Measured shares and errors, beside those that can be worked out.
@Suite struct ShallowSamplerTests {
  @Test func theShareOfTheHinge() throws {
    let sample = try Hinge.sample()
    let sampler = ShallowSampler(sample.design, of: sample.network, count: 20_000, seed: 7)
    for exponent in [-2, -4] {
      let shallow = ShallowNetwork(sample.design, slabExponent: exponent)
      let slab = shallow.slab.approximation
      let measure = try #require(sampler.measure(slab: slab))
      // It differs for 0 < x < η, of [-1, 1]; most where the unit is 0 for the longest.
      #expect(measure.interval.lower < slab / 2 && slab / 2 < measure.interval.upper)
      let reach = 1 + 0x1p-10
      let largest = reach / (1 + reach / slab)
      #expect(measure.largestError <= largest && measure.largestError > largest * 0.95)
      let bounds = ShallowBounds(shallow, try StoredShallow(shallow, type: .float64))
      let share = try #require(bounds.share)
      #expect(share >= slab / 2 && share < slab / 2 * (1 + 0x1p-40))
      #expect(bounds.error == reach && bounds.difference == 0)
    }
  }

  @Test(arguments: [RegionSample.Kind.trained, .integers, .wide], 0..<4 as Range<UInt64>)
  func measuredSharesAreBelowTheirBound(kind: RegionSample.Kind, seed: UInt64) throws {
    let sample = try #require(try ShallowSample(kind, seed: seed))
    let sampler = ShallowSampler(sample.design, of: sample.network, count: 500, seed: seed)
    for exponent in [-3, -7] {
      let shallow = ShallowNetwork(sample.design, slabExponent: exponent)
      let bounds = ShallowBounds(shallow, try StoredShallow(shallow, type: .float64))
      let measure = try #require(sampler.measure(slab: shallow.slab.approximation))
      #expect(try measure.interval.lower <= #require(bounds.share))
      #expect(measure.largestError <= bounds.error)
      #expect(measure.meanError <= measure.largestError)
    }
  }

  @Test func domainsWithRowsAreSampledInside() throws {
    let sample = try #require(try ShallowSample(.rows, seed: 3))
    let shallow = ShallowNetwork(sample.design, slabExponent: -2)
    let bounds = ShallowBounds(shallow, try StoredShallow(shallow, type: .float64))
    #expect(bounds.share == nil)
    let sampler = ShallowSampler(sample.design, of: sample.network, count: 100, seed: 3)
    #expect(try #require(sampler.measure(slab: 0.25)).pointCount == 100)
  }

  @Test func stoppedMeasurementsSayHowManyPointsTheyHad() throws {
    let sample = try Hinge.sample()
    let sampler = ShallowSampler(sample.design, of: sample.network, count: 100, seed: 1)
    var left = 10
    let measure = sampler.measure(slab: 0.25) {
      left -= 1
      return left >= 0
    }
    #expect(measure?.pointCount == 10)
    #expect(sampler.measure(slab: 0.25) { false } == nil)
  }

  @Test func manyInputsHaveTheBoundOfSectionsOfCubes() throws {
    // One unit of 16 inputs with the same weight: |c| = 4, so √2 / 4 instead of 1.
    let weights = Matrix(rows: [Array(repeating: 1.0, count: 16)])
    let network = try Network(
      layers: [
        Layer(weights: weights, biases: [-8], activation: .relu),
        Layer(weights: Matrix(rows: [[1]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: 0, upper: 1, count: 16))
    let sample = try ShallowSample(network, domain, seed: 1)
    let shallow = ShallowNetwork(sample.design, slabExponent: -2)
    let bounds = ShallowBounds(shallow, try StoredShallow(shallow, type: .float64))
    let share = try #require(bounds.share)
    let expected = 0.25 * 2.0.squareRoot() / 4
    #expect(share >= expected && share < expected * (1 + 0x1p-40))
    let sampler = ShallowSampler(sample.design, of: network, count: 5000, seed: 1)
    // A sum of 16 uniform numbers has the density √(6 / 16 π) in its middle, nearly.
    let measure = try #require(sampler.measure(slab: 0.25))
    #expect(abs(measure.share - 0.25 * (6 / (16 * Double.pi)).squareRoot()) < 0.02)
  }

  @Test func intervalsByHand() {
    let none = ShallowMeasure(pointCount: 10, differingCount: 0, meanError: 0, largestError: 0)
    // z² / (n + z²) = 3.8415 / 13.8415.
    #expect(none.interval.lower == 0 && abs(none.interval.upper - 0.2775) < 1e-4)
    let half = ShallowMeasure(pointCount: 100, differingCount: 50, meanError: 1, largestError: 1)
    #expect(abs(half.interval.lower - 0.4038) < 1e-4 && abs(half.interval.upper - 0.5962) < 1e-4)
  }
}
