/// A table of text with aligned columns.
public struct TextTable: Sendable {
  /// Where the text of a column stands.
  public enum Alignment: Sendable {
    /// For names.
    case left
    /// For numbers.
    case right
  }

  private let titles: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []
  private var ruleAbove: Set<Int> = []

  /// A table with its columns.
  public init(_ columns: [(title: String, alignment: Alignment)]) {
    titles = columns.map(\.title)
    alignments = columns.map(\.alignment)
  }

  /// Adds a row.
  ///
  /// - Precondition: One cell per column.
  public mutating func add(_ cells: [String]) {
    precondition(cells.count == titles.count, "a row needs \(titles.count) cells")
    rows.append(cells)
  }

  /// Adds a row below a line, for totals.
  public mutating func addTotal(_ cells: [String]) {
    ruleAbove.insert(rows.count)
    add(cells)
  }

  /// The lines of the table, without trailing spaces.
  public var lines: [String] {
    let widths = titles.indices.map { column in
      ([titles] + rows).map { $0[column].count }.max() ?? 0
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    var lines = [line(titles, widths), rule]
    for (i, row) in rows.enumerated() {
      if ruleAbove.contains(i) { lines.append(rule) }
      lines.append(line(row, widths))
    }
    return lines
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = cells.indices.map { i in
      let gap = String(repeating: " ", count: widths[i] - cells[i].count)
      return alignments[i] == .left ? cells[i] + gap : gap + cells[i]
    }
    var text = padded.joined(separator: "  ")
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}
