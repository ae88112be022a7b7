internal import ExactArithmetic
internal import NeuralNetwork

extension SliceDrawing {
  /// The outputs of which a tooltip shows the formula.
  private static let shownOutputCount = 4

  /// Adds the filled polygons.
  func addRegions(_ fills: [RegionFill], to text: inout XMLText) {
    let areas = subdivision.regions.indices.map { subdivision.approximateArea(of: $0) }
    let whole = areas.reduce(0, +)
    for fill in fills {
      var title = description(of: fill.region, share: areas[fill.region] / whole)
      if let winner = fill.winner { title = className(winner) + "\n" + title }
      // A stroke of its own color hides the seams between polygons.
      text.line(
        "<path class=\"region\" fill=\"\(fill.color)\" stroke=\"\(fill.color)\" "
          + "stroke-width=\".6\" d=\"\(path(fill.corners))Z\">"
          + "<title>\(XMLText.escaped(title))</title></path>")
    }
  }

  /// What a class is called.
  func className(_ winner: Int) -> String {
    let outputs = subdivision.maps[0].rows.count
    if outputs > 1 { return "output \(winner) is largest" }
    return winner == 1 ? "output above 0" : "output at most 0"
  }

  private func path(_ corners: [(s: Double, t: Double)]) -> String {
    "M" + corners.map { frame.pathPoint($0) }.joined(separator: "L")
  }

  private func description(of index: Int, share: Double) -> String {
    let region = subdivision.regions[index]
    let rows = subdivision.maps[region.map].rows
    let names = parameterNames
    var lines = [
      "region \(index): \(ShortNumber.text(100 * share)) % of the area",
      "pattern \(patternText(region.pattern))", "map \(region.map)",
    ]
    for (i, row) in rows.prefix(Self.shownOutputCount).enumerated() {
      lines.append(
        "output \(i) = \(ShortNumber.text(row.first.approximation)) · \(names.0) + "
          + "\(ShortNumber.text(row.second.approximation)) · \(names.1) + "
          + "\(ShortNumber.text(row.constant.approximation))")
    }
    if rows.count > Self.shownOutputCount {
      lines.append("and \(rows.count - Self.shownOutputCount) more outputs")
    }
    return lines.joined(separator: "\n")
  }

  private var parameterNames: (String, String) {
    switch subdivision.slice.kind {
    case .inputs(let i, let j): ("x\(i)", "x\(j)")
    case .plane: ("s", "t")
    }
  }

  /// The bits of a pattern, a gap between layers.
  private func patternText(_ pattern: UnitBits) -> String {
    var text = ""
    for (i, unit) in subdivision.units.enumerated() {
      if i > 0 && subdivision.units[i - 1].layer != unit.layer { text += " " }
      text += pattern[i] ? "1" : "0"
    }
    return text
  }
}
