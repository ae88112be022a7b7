extension SliceDrawing {
  /// What is said below the picture.
  func captionLines(winners: [Int]) -> [String] {
    let regions = Self.counted(subdivision.regions.count, "linear region")
    let pieces = Self.counted(subdivision.pieceCount, "piece")
    let maps = Self.counted(subdivision.maps.count, "affine map")
    let bendingLayers = Set(subdivision.units.map(\.layer)).sorted()
    let layers = bendingLayers.map { k in
      "\(ShortNumber.grouped(subdivision.countsAfterLayers[k])) after layer \(k)"
    }
    var lines = ["\(regions), \(pieces), \(maps)"]
    if layers.count > 1 { lines.append("regions: " + layers.joined(separator: ", ")) }
    lines.append(colorLine)
    if subdivision.isCutShort { lines.append("cut short by the limit on regions") }
    return lines
  }

  private var colorLine: String {
    let limit = ColorAssignment.palette.count
    switch coloring {
    case .map:
      return subdivision.maps.count <= limit
        ? "one color for each affine map; dotted lines bend nothing"
        : "maps that meet differ in color; dotted lines bend nothing"
    case .pattern:
      return subdivision.regions.count <= limit
        ? "one color for each region" : "regions that meet differ in color"
    case .class: return "dark lines: where the class changes"
    case .gradient:
      return "hue: where output \(output) grows; the stronger the color, the steeper"
    }
  }

  private static func counted(_ count: Int, _ word: String) -> String {
    "\(ShortNumber.grouped(count)) \(word)\(count == 1 ? "" : "s")"
  }

  /// Adds the lines below the picture, and the key to the colors on their right.
  func addLegend(_ lines: [String], winners: [Int], to text: inout XMLText) {
    let top = frame.plot.top + frame.plot.height + 74
    for (i, line) in lines.enumerated() {
      let y = top + 20 * Double(i)
      text.text(Self.plotLeft, y, class: i == 0 ? "strong" : "small", line)
    }
    switch coloring {
    case .map, .pattern: break
    case .class: addClassKey(winners, top: top, to: &text)
    case .gradient: addGradientKey(top: top, to: &text)
    }
  }

  private func addClassKey(_ winners: [Int], top: Double, to text: inout XMLText) {
    let rowCount = 5
    for (i, winner) in winners.enumerated() {
      let column = Double((winners.count - 1) / rowCount - i / rowCount)
      let x = Self.plotLeft + Self.plotSize - 70 - 80 * column
      let y = top + 16 * Double(i % rowCount) - 10
      let color = ColorAssignment.palette[winner % ColorAssignment.palette.count]
      text.line(
        "<rect x=\"\(PictureNumber.text(x))\" y=\"\(PictureNumber.text(y))\" width=\"12\" "
          + "height=\"12\" rx=\"2\" fill=\"\(color)\"/>")
      let name =
        subdivision.maps[0].rows.count > 1
        ? "output \(winner)" : winner == 1 ? "above 0" : "at most 0"
      text.text(x + 18, y + 11, class: "tick", name)
    }
  }

  /// A rose of twelve directions.
  private func addGradientKey(top: Double, to text: inout XMLText) {
    let (x, y, radius) = (Self.plotLeft + Self.plotSize - 30, top + 14, 26.0)
    // The directions of a clock, without trigonometry: halves and the root of three.
    let root = 3.0.squareRoot() / 2
    let quarter = [(1.0, 0.0), (root, 0.5), (0.5, root)]
    let directions =
      quarter + quarter.map { (-$0.1, $0.0) } + quarter.map { (-$0.0, -$0.1) }
      + quarter.map { ($0.1, -$0.0) }
    for (i, direction) in directions.enumerated() {
      let next = directions[(i + 1) % directions.count]
      let (u, v) = (direction.0 + next.0, direction.1 + next.1)
      let size = (u * u + v * v).squareRoot()
      let color = PolygonSubdivision.gradientColor(u: u / size, v: v / size, share: 1)
      let corners = [(x, y)] + [direction, next].map { (x + radius * $0.0, y - radius * $0.1) }
      let path = corners.map { "\(PictureNumber.text($0.0)) \(PictureNumber.text($0.1))" }
      text.line(
        "<path fill=\"\(color)\" stroke=\"\(color)\" stroke-width=\".6\" "
          + "d=\"M\(path.joined(separator: "L"))Z\"/>")
    }
  }
}
