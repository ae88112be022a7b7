import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport

/// Prunings that are not allowed, each with the file that it would have written.
struct PruningForger {
  let analyzed: AnalyzedScene

  /// One forced rewrite, alone or after the honest ones, and whether it is allowed in truth.
  func forced(
    _ random: inout RandomNetworks
  ) throws -> (certificate: Certificate, subject: Subject, isAllowed: Bool)? {
    var state = ForcedRewrite(analyzed.scene.network)
    if let pruning = analyzed.certificate.pruning, let result = analyzed.subject.result,
      Bool.random(using: &random.generator)
    {
      state = ForcedRewrite(pruning, result: result.network)
    }
    guard state.network.layers.count > 1, let isAllowed = force(&state, &random) else { return nil }
    let file = try ModelBytes(writing: state.network, name: "small.onnx")
    var certificate = analyzed.certificate
    let differences = [.zero, Dyadic(0.125), Dyadic(2), Scene.widest.upper]
    certificate.pruning = state.pruning(
      file, difference: differences.randomElement(using: &random.generator) ?? .zero)
    return (certificate, Subject(analyzed.subject.model, result: file), isAllowed)
  }

  /// True if a unit is one of the network that was read.
  func isOld(_ unit: UnitID) -> Bool {
    unit.index < analyzed.scene.network.layers[unit.layer].unitCount
  }

  /// Forces a rewrite; nil if there was nothing to do.
  private func force(_ state: inout ForcedRewrite, _ random: inout RandomNetworks) -> Bool? {
    let position = Int.random(in: 0..<state.network.layers.count - 1, using: &random.generator)
    let layer = state.network.layers[position]
    let row = Int.random(in: 0..<layer.unitCount, using: &random.generator)
    let unit = state.unit(position, row)
    // Of new units nothing is known here.
    guard isOld(unit) else { return nil }
    let (low, high) = analyzed.scene.cells.range(of: unit)
    let isRelu = layer.activations[row] == .relu
    let next = state.network.layers[position + 1]
    switch Int.random(in: 0..<8, using: &random.generator) {
    case 5...7: return forceSum(&state, position, row, &random)
    case 0:
      let isDone = state.remove(position, row, as: .removeInactive(unit))
      return isDone ? isRelu && high.signum <= 0 : nil
    case 1:
      let value = low.numerator.approximation / low.denominator.approximation
      let folded = isRelu ? max(value, 0) : value
      return state.remove(position, row, as: .foldConstant(unit), value: folded)
        ? low == high : nil
    case 2:
      let isUnread = (0..<next.unitCount).allSatisfy { next.weights[$0, row] == 0 }
      return state.remove(position, row, as: .removeUnread(unit)) ? isUnread : nil
    case 3:
      let isAffine = (0..<layer.unitCount).allSatisfy { i in
        let unit = state.unit(position, i)
        return layer.activations[i] == .identity || !isOld(unit)
          || analyzed.scene.cells.range(of: unit).low.signum >= 0
      }
      return state.fold(position) ? isAffine : nil
    default:
      // The layer has units, so this is never allowed.
      return state.makeConstant(position, at: analyzed.scene.member) ? false : nil
    }
  }

  // MARK: Changes of an honest pruning

  /// The certificate with one part of its pruning changed, or nil if it has none.
  func changed(_ random: inout RandomNetworks) -> Certificate? {
    guard let old = analyzed.certificate.pruning else { return nil }
    var (rewrites, kept, difference) = (old.rewrites, old.kept, old.difference)
    var (floats, argmax) = (old.floatDifference, old.argmax)
    switch Int.random(in: 0..<5, using: &random.generator) {
    case 0: change(&rewrites, &random)
    case 1: change(&kept, &random)
    case 2: change(&difference, &random)
    case 3:
      var values = floats ?? difference
      change(&values, &random)
      floats = values
    default:
      let leaf = Leaf(units: [], rows: [], ball: .zero, claim: .one)
      argmax = .init(
        outputClass: Int.random(in: 0...2, using: &random.generator),
        leaves: Array(repeating: leaf, count: max(0, difference.count - 1)))
    }
    var copy = analyzed.certificate
    copy.pruning = Pruning(
      rewrites: rewrites, kept: kept, difference: difference, floatDifference: floats,
      argmax: argmax, file: old.file, networkDigest: old.networkDigest)
    return copy
  }

  private func change(_ rewrites: inout [Rewrite], _ random: inout RandomNetworks) {
    let i = Int.random(in: 0..<rewrites.count, using: &random.generator)
    let unit = randomUnit(&random)
    switch Int.random(in: 0..<8, using: &random.generator) {
    case 0: rewrites.remove(at: i)
    case 1: rewrites.append(rewrites[i])
    case 2: rewrites.reverse()
    case 3: rewrites.swapAt(i, Int.random(in: 0..<rewrites.count, using: &random.generator))
    case 4: rewrites[i] = .removeInactive(unit)
    case 5: rewrites.insert(.foldConstant(unit), at: i)
    case 6: rewrites.insert(.removeUnread(unit), at: i)
    default:
      rewrites[i] =
        Bool.random(using: &random.generator)
        ? .foldLayer(unit.layer) : .makeConstant(unit.layer)
    }
  }

  private func change(_ kept: inout [Pruning.KeptLayer], _ random: inout RandomNetworks) {
    let i = Int.random(in: 0..<kept.count, using: &random.generator)
    let (layer, units) = (kept[i].layer, kept[i].units)
    switch Int.random(in: 0..<6, using: &random.generator) {
    case 0: kept.remove(at: i)
    case 1: kept.append(kept[i])
    case 2: kept[i] = .init(layer: layer, units: Array(units.dropLast()))
    case 3: kept[i] = .init(layer: layer, units: units + [(units.last ?? 0) + 1])
    case 4: kept[i] = .init(layer: layer + 1, units: units)
    default: kept[i] = .init(layer: layer, units: units.reversed())
    }
  }

  private func change(_ difference: inout [Dyadic], _ random: inout RandomNetworks) {
    let i = Int.random(in: 0..<difference.count, using: &random.generator)
    let value = difference[i]
    let hair = Dyadic.one.scaled(byPowerOfTwo: value.isZero ? -60_000 : value.exponent - 60)
    switch Int.random(in: 0..<6, using: &random.generator) {
    case 0: difference[i] = value.scaled(byPowerOfTwo: -1)
    case 1: difference[i] = value - hair
    case 2: difference[i] = -value
    case 3: difference.remove(at: i)
    case 4: difference.append(value)
    default: difference[i] = .zero
    }
  }

  private func randomUnit(_ random: inout RandomNetworks) -> UnitID {
    let layers = analyzed.scene.network.layers
    let layer = Int.random(in: 0..<layers.count, using: &random.generator)
    return UnitID(
      layer: layer,
      index: Int.random(in: 0..<layers[layer].unitCount, using: &random.generator))
  }
}
