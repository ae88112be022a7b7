import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport

@testable import Espalier

/// What a plan promises, each thing found out without the planner.
struct PlanPromises {
  private let sample: RemovalSample
  private let proved: ProofState
  private let plan: RemovalPlan
  private let seed: UInt64

  init(_ sample: RemovalSample, _ proved: ProofState, _ plan: RemovalPlan, seed: UInt64) {
    self.sample = sample
    self.proved = proved
    self.plan = plan
    self.seed = seed
  }

  /// Those that do not hold.
  func broken() throws -> [String] {
    shape() + sizes() + exactness() + certificate() + reals() + floats()
  }

  // MARK: Shape

  private func shape() -> [String] {
    var broken: [String] = []
    let kept = plan.working.kept
    if plan.network.layers.map(\.unitCount) != kept.map(\.units.count) { broken.append("kept") }
    for layer in sample.options.keptLayers {
      let units = kept.first { $0.layer == layer }?.units
      if units != Array(0..<sample.network.layers[layer].unitCount) {
        broken.append("layer \(layer) lost or gained units: \(units ?? [])")
      }
    }
    let names = plan.items.filter { !sample.options.rules.contains($0.rule) }.map(\.rule)
    if !names.isEmpty { broken.append("rules \(names) were not asked for") }
    let multiple = sample.options.widthMultiple
    for layer in plan.working.layers.dropLast() where !layer.isFolded {
      let width = layer.units.count
      let next = (width + multiple - 1) / multiple * multiple
      if width != next && next <= layer.readUnitCount {
        broken.append("layer \(layer.index) has \(width) units, no multiple of \(multiple)")
      }
    }
    return broken
  }

  private func sizes() -> [String] {
    var broken: [String] = []
    let measure = sample.options.measure
    if plan.after[measure] > plan.before[measure] {
      broken.append("\(measure) from \(plan.before[measure]) to \(plan.after[measure])")
    }
    for measure in RemovalMeasure.allCases {
      let saved = plan.items.reduce(0) { $0 + $1.saved[measure] }
      if plan.before[measure] - plan.after[measure] != saved {
        broken.append(
          "\(measure) from \(plan.before[measure]) to \(plan.after[measure]) by \(saved)")
      }
    }
    return broken
  }

  /// Small integers and dyadic coefficients leave nothing to round.
  private func exactness() -> [String] {
    guard sample.numbers == .integers || sample.numbers == .quarters, plan.tier != .bounded,
      plan.items.allSatisfy({ $0.rewrite.coefficients.allSatisfy { $0.bitCount < 16 } })
    else { return [] }
    return plan.difference.allSatisfy(\.isZero) ? [] : ["exact, but \(plan.difference)"]
  }

  private func certificate() -> [String] {
    let file = FileDigest(name: "model", sha256: String(repeating: "1", count: 64))
    let small = FileDigest(name: "small", sha256: String(repeating: "2", count: 64))
    let limit = Dyadic.one.scaled(byPowerOfTwo: 2000)
    let verdicts = sample.network.reluUnits.map { unit in
      Verdict(
        unit: unit, stability: .undecided, bounds: Interval(-limit, limit), settledBy: "test",
        limit: "test")
    }
    let certificate = Certificate(
      producer: "test",
      model: ModelBinding(files: [file], networkDigest: sample.network.digest),
      domain: sample.domain, points: [], member: nil, steps: [], verdicts: verdicts,
      pruning: plan.pruning(file: small, isPlain: true))
    do {
      try CertificateChecker.check(
        Certificate(decoding: certificate.encoded),
        model: CheckedModel(files: [file], network: sample.network),
        result: CheckedModel(files: [small], network: plan.network))
      return []
    } catch {
      return ["\(error)"]
    }
  }

  // MARK: Values

  private func reals() -> [String] {
    var broken: [String] = []
    let (before, after) = (ExactNetwork(sample.network), ExactNetwork(plan.network))
    for point in RandomNetworks.points(of: sample.domain, count: 24, seed: seed) {
      let (old, new) = (outputs(before, point), outputs(after, point))
      for (i, bound) in plan.difference.enumerated() where (old[i] - new[i]).magnitude > bound {
        broken.append("output \(i) differs by \((old[i] - new[i]).approximation)")
      }
      if let argmax = plan.argmax, [old, new].contains(where: { !leads(argmax, $0) }) {
        broken.append("argmax \(argmax.outputClass)")
      }
    }
    if let error = sample.options.maximumError,
      plan.difference.contains(where: { $0 > Dyadic(error) })
    {
      broken.append("more than \(error): \(plan.difference)")
    }
    return broken
  }

  private func outputs(_ network: ExactNetwork, _ point: [Dyadic]) -> [Dyadic] {
    let values = network.preactivations(at: point).last ?? []
    let activations = network.network.layers.last?.activations ?? []
    return zip(values, activations).map { $1 == .relu ? max($0, .zero) : $0 }
  }

  private func leads<Number: Comparable>(_ argmax: Pruning.Argmax, _ values: [Number]) -> Bool {
    values.indices.allSatisfy {
      $0 == argmax.outputClass || values[$0] < values[argmax.outputClass]
    }
  }

  private func floats() -> [String] {
    guard sample.network.scalarType == .float32, let bounds = plan.floatDifference else {
      return []
    }
    var generator = SplitMix64(seed: seed)
    var broken: [String] = []
    let (before, after) = (FloatNetwork(sample.network), FloatNetwork(plan.network))
    for point in RandomNetworks.points(of: sample.domain, count: 12, seed: seed) {
      let inputs = point.map { Float($0.approximation) }
      for _ in 0..<4 {
        let old = outputs(before, inputs, &generator)
        let new = outputs(after, inputs, &generator)
        for (i, bound) in bounds.enumerated() {
          let distance = (Dyadic(Double(old[i])) - Dyadic(Double(new[i]))).magnitude
          if distance > bound { broken.append("computed output \(i) by \(distance)") }
        }
        if let argmax = plan.argmax, [old, new].contains(where: { !leads(argmax, $0) }) {
          broken.append("computed argmax \(argmax.outputClass)")
        }
      }
    }
    return broken
  }

  private func outputs(
    _ network: FloatNetwork, _ inputs: [Float], _ generator: inout SplitMix64
  ) -> [Float] {
    var runtime = FloatRuntime()
    runtime.order = FloatRuntime.Order.allCases.randomElement(using: &generator) ?? .forward
    runtime.shape = FloatRuntime.Shape.allCases.randomElement(using: &generator) ?? .chain
    runtime.usesFMA = Bool.random(using: &generator)
    runtime.startsWithBias = Bool.random(using: &generator)
    let last = network.layers.count - 1
    let values = runtime.preactivations(of: network, at: inputs, through: last)[last]
    return zip(values, network.layers[last].isRelu).map { $1 ? max($0, 0) : $0 }
  }
}

extension Rewrite {
  /// The numbers that the planner found by a division.
  fileprivate var coefficients: [Dyadic] {
    switch self {
    case .substitute(let substitution): substitution.terms.map(\.value)
    case .replaceLinear(let replacement):
      if case .rows(_, let mix) = replacement.form { mix.flatMap(\.weights) } else { [] }
    default: []
    }
  }
}
