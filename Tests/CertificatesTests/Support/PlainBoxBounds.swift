import ExactArithmetic
import NeuralNetwork

@testable import Certificates

/// Section 16 of the format as it is written, in exact numbers throughout and without any haste.
struct PlainBoxBounds {
  private struct Unit {
    var lower: Dyadic
    var upper: Dyadic
    let offsets: (below: Dyadic, above: Dyadic)

    var isOff: Bool { upper.signum <= 0 }
    var isOpen: Bool { lower.signum < 0 && upper.signum > 0 }
  }

  let network: Network
  let domain: Box
  let targets: Set<BoxTarget>

  private var varying: [Int] { domain.varyingInputs }

  private func weight(_ k: Int, _ i: Int, _ t: Int) -> Dyadic {
    Dyadic(network.layers[k].weights[i, k == 0 ? varying[t] : t])
  }

  /// The ends of every unit up to the highest layer with an open target; none without one.
  func intervals(on box: Box, closed: Set<BoxTarget>) -> [[Interval]] {
    guard let last = targets.subtracting(closed).map(\.unit.layer).max() else { return [] }
    let widths = varying.map { Dyadic(box.upper[$0]) - Dyadic(box.lower[$0]) }
    let inputs = widths.map { $0.ceiled((top(of: widths) ?? 0) - 31) }
    var layers: [[Unit]] = []
    for k in 0...last {
      let offsets = network.layers[k].biases.indices.map { i in
        k > 0
          ? Dyadic(network.layers[k].biases[i])
          : zip(network.layers[0].weights.row(i), box.lower).reduce(
            Dyadic(network.layers[0].biases[i])
          ) { $0 + Dyadic($1.0) * Dyadic($1.1) }
      }
      var units = units(k, offsets, layers.last, inputs)
      let unit = units.unit
      for i in units.list.indices {
        let id = UnitID(layer: k, index: i)
        let sides = (BoxTarget(unit: id, side: .upper), BoxTarget(unit: id, side: .lower))
        if closed.contains(sides.0) { units.list[i].upper = min(units.list[i].upper, .zero) }
        if closed.contains(sides.1) { units.list[i].lower = max(units.list[i].lower, .zero) }
        guard k > 0, units.list[i].isOpen else { continue }
        if k < last || targets.contains(sides.0),
          let bound = bound(id, .upper, units.list[i], layers, inputs, unit)
        {
          units.list[i].upper = min(units.list[i].upper, bound)
        }
        if targets.contains(sides.1) || k < last && !units.list[i].isOff,
          let bound = bound(id, .lower, units.list[i], layers, inputs, unit)
        {
          units.list[i].lower = max(units.list[i].lower, -bound)
        }
      }
      layers.append(units.list)
    }
    return layers.map { $0.map { Interval($0.lower, $0.upper) } }
  }

  private func units(
    _ k: Int, _ offsets: [Dyadic], _ below: [Unit]?, _ inputs: [Dyadic]
  ) -> (list: [Unit], unit: Int) {
    let ends =
      below.map { $0.map { (max($0.lower, .zero), max($0.upper, .zero)) } }
      ?? inputs.map { (.zero, $0) }
    let sums = offsets.indices.map { i in
      ends.enumerated().reduce(into: (low: Dyadic.zero, high: Dyadic.zero)) { sums, entry in
        let w = weight(k, i, entry.offset)
        sums.low += w * (w.signum > 0 ? entry.element.0 : entry.element.1)
        sums.high += w * (w.signum > 0 ? entry.element.1 : entry.element.0)
      }
    }
    let unit = (top(of: sums.map(\.low) + sums.map(\.high) + offsets) ?? 0) - 31
    let list = zip(sums, offsets).map { sums, offset in
      let rounded = (-(-offset).ceiled(unit), offset.ceiled(unit))
      return Unit(
        lower: -(-sums.low).ceiled(unit) + rounded.0, upper: sums.high.ceiled(unit) + rounded.1,
        offsets: (rounded.0, rounded.1))
    }
    return (list, unit)
  }

  private func bound(
    _ id: UnitID, _ side: Side, _ target: Unit, _ layers: [[Unit]], _ inputs: [Dyadic],
    _ unit: Int
  ) -> Dyadic? {
    let columnCount = id.layer == 0 ? inputs.count : network.layers[id.layer].inputCount
    var sum = side == .upper ? target.offsets.above : -target.offsets.below
    var c = (0..<columnCount).map { side.sign * weight(id.layer, id.index, $0) }
    let largest = Dyadic.one.scaled(byPowerOfTwo: unit + 31 + 21)
    func add(_ term: Dyadic) -> Bool {
      let rounded = term.ceiled(unit - 8)
      sum += rounded
      return rounded.magnitude <= largest && sum.magnitude <= largest
    }
    for j in stride(from: id.layer - 1, through: 0, by: -1) {
      let live = layers[j].indices.filter { !layers[j][$0].isOff }
      guard let top = top(of: live.map { c[$0] }) else { return sum.ceiled(unit) }
      var (term, multipliers) = (Dyadic.zero, [Int: Dyadic]())
      for i in live {
        let (below, rounded) = (layers[j][i], c[i].ceiled(top - 27))
        let multiplier = self.multiplier(rounded, below, top - 27)
        multipliers[i] = multiplier
        term += multiplier * (multiplier.signum > 0 ? below.offsets.above : below.offsets.below)
        if below.isOpen && rounded.signum > 0 {
          term += max(-multiplier * below.lower, (rounded - multiplier) * below.upper)
        }
      }
      guard add(term) else { return nil }
      let count = j == 0 ? inputs.count : network.layers[j].inputCount
      c = (0..<count).map { t in
        multipliers.reduce(.zero) { $0 + $1.value * weight(j, $1.key, t) }
      }
    }
    guard let top = top(of: c) else { return sum.ceiled(unit) }
    let term = zip(c, inputs).reduce(Dyadic.zero) { sum, entry in
      let rounded = entry.0.ceiled(top - 27)
      return rounded.signum > 0 ? sum + rounded * entry.1 : sum
    }
    return add(term) ? sum.ceiled(unit) : nil
  }

  private func multiplier(_ coefficient: Dyadic, _ unit: Unit, _ exponent: Int) -> Dyadic {
    if !unit.isOpen { return coefficient }
    if coefficient.signum <= 0 { return unit.upper > -unit.lower ? coefficient : .zero }
    let width = unit.upper - unit.lower
    let common = min(unit.upper.exponent, width.exponent)
    let slope =
      (unit.upper.significand(atExponent: common) << 16) / width.significand(atExponent: common)
    return -(-(coefficient * Dyadic(slope, exponent: -16))).ceiled(exponent)
  }
}

extension Dyadic {
  /// The smallest multiple of a power of two that is not below this number.
  fileprivate func ceiled(_ unit: Int) -> Dyadic {
    let kept = exponent + bitCount - unit
    if isZero || exponent >= unit { return self }
    if kept <= 0 { return signum > 0 ? Dyadic.one.scaled(byPowerOfTwo: unit) : .zero }
    return rounded(.up, toBitCount: kept)
  }
}
