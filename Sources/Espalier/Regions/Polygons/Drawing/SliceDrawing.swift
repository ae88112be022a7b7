/// A picture of the linear regions of a slice, as SVG.
///
/// The polygons are exact; only their corners are rounded, to a hundredth of a pixel. Moving the
/// pointer over a region or a line tells what it is.
public struct SliceDrawing: Sendable {
  let subdivision: PolygonSubdivision
  let coloring: SliceColoring
  let output: Int
  let caption: SliceCaption
  let frame: SliceFrame

  static let width = 760.0
  static let plotSize = 620.0
  static let plotLeft = 84.0
  static let plotTop = 74.0

  /// A picture.
  ///
  /// - Parameter output: The output whose gradient is shown.
  /// - Precondition: There is such an output.
  public init(
    _ subdivision: PolygonSubdivision, coloring: SliceColoring = .map, output: Int = 0,
    caption: SliceCaption
  ) {
    self.subdivision = subdivision
    self.coloring = coloring
    self.output = output
    self.caption = caption
    frame = SliceFrame(
      subdivision, left: Self.plotLeft, top: Self.plotTop, size: Self.plotSize)
  }

  /// The bytes of the SVG file.
  public var svg: [UInt8] {
    let fills = subdivision.fills(coloring, output: output, frame: frame)
    let lines = captionLines(winners: Set(fills.compactMap(\.winner)).sorted())
    let height = frame.plot.top + frame.plot.height + 84 + 20 * Double(lines.count)
    let size = "\(PictureNumber.text(Self.width)) \(PictureNumber.text(height))"
    var text = XMLText()
    text.line("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\">")
    text.line("<title>\(XMLText.escaped(caption.title))</title>")
    text.line("<style>\(Self.style)</style>")
    text.line("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>")
    text.text(Self.plotLeft, 34, class: "title", caption.title)
    text.text(Self.plotLeft, 56, class: "small", caption.subtitle)
    addAxes(to: &text)
    addRegions(fills, to: &text)
    addEdges(to: &text)
    addClassBorders(to: &text)
    addPoints(to: &text)
    addLegend(lines, winners: Set(fills.compactMap(\.winner)).sorted(), to: &text)
    text.line("</svg>")
    return text.bytes
  }

  private static let style = """
    text{font-family:Helvetica,Arial,sans-serif;fill:#333;font-size:13px}
    .title{font-size:17px;font-weight:bold;fill:#222}.small{fill:#666}
    .tick{font-size:12px;fill:#666}.middle{text-anchor:middle}.end{text-anchor:end}
    .axis{stroke:#999;fill:none}.grid{stroke:#eee;fill:none}
    .region:hover{fill-opacity:.7}
    .unit{stroke:#fff;fill:none;stroke-linecap:round}.unit:hover{stroke:#000}
    .fold{stroke-dasharray:1.5 4}.touch{stroke:#000;stroke-opacity:0;stroke-width:7}
    .border{stroke:#444;stroke-width:1.2;fill:none}.class{stroke:#333;stroke-width:2;fill:none}
    .point{fill:#222;stroke:#fff;stroke-width:1.5}
    .name,.halo{font-weight:bold}.halo{stroke:#fff;stroke-width:4}
    """
}
