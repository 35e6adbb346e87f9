//! All charts of some runs on one picture, half as large, a row of four after the other: `contact_sheet OUT.png RUN…`.

use std::{
    collections::BTreeSet,
    error::Error,
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

/// Pictures in a row.
const COLUMNS: usize = 4;
/// Pixels between pictures.
const GAP: usize = 16;
/// Bytes of a pixel.
const RGB: usize = 3;

/// A picture of three bytes a pixel.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Picture {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let out = arguments.next().ok_or("name the picture to write, then the folders of runs")?;
    let mut pictures = Vec::new();
    for run in arguments {
        for path in pngs(&run)? {
            let picture = read(&path).map_err(|why| format!("{}: {why}", path.display()))?;
            pictures.push(halved(&picture));
        }
    }
    write(&out, &sheet(&pictures))
}

/// The charts of a run, by name.
fn pngs(run: &Path) -> Result<BTreeSet<PathBuf>, Box<dyn Error>> {
    let entries = fs::read_dir(run).map_err(|why| format!("{}: {why}", run.display()))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "png")).collect())
}

fn read(path: &Path) -> Result<Picture, Box<dyn Error>> {
    let mut reader = png::Decoder::new(BufReader::new(File::open(path)?)).read_info()?;
    if reader.output_color_type() != (png::ColorType::Rgb, png::BitDepth::Eight) {
        return Err("not a chart of ballast".into());
    }
    let mut bytes = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let frame = reader.next_frame(&mut bytes)?;
    Ok(Picture { width: usize::try_from(frame.width)?, height: usize::try_from(frame.height)?, bytes })
}

/// Every pixel the mean of four.
fn halved(picture: &Picture) -> Picture {
    let (width, height) = (picture.width / 2, picture.height / 2);
    let mut bytes = Vec::with_capacity(width * height * RGB);
    for y in 0..height {
        for x in 0..width {
            for part in 0..RGB {
                let at = |dx: usize, dy: usize| {
                    u32::from(picture.bytes[((2 * y + dy) * picture.width + 2 * x + dx) * RGB + part])
                };
                let mean = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) / 4;
                bytes.push(u8::try_from(mean).unwrap_or(u8::MAX));
            }
        }
    }
    Picture { width, height, bytes }
}

/// The pictures in rows, on grey.
fn sheet(pictures: &[Picture]) -> Picture {
    let cell_width = pictures.iter().map(|picture| picture.width).max().unwrap_or(0) + GAP;
    let cell_height = pictures.iter().map(|picture| picture.height).max().unwrap_or(0) + GAP;
    let rows = pictures.len().div_ceil(COLUMNS);
    let (width, height) = (COLUMNS * cell_width + GAP, rows * cell_height + GAP);
    let mut bytes = vec![0xb8; width * height * RGB];
    for (position, picture) in pictures.iter().enumerate() {
        let (left, top) = (GAP + position % COLUMNS * cell_width, GAP + position / COLUMNS * cell_height);
        for (row, line) in picture.bytes.chunks_exact(picture.width * RGB).enumerate() {
            let start = ((top + row) * width + left) * RGB;
            bytes[start..start + line.len()].copy_from_slice(line);
        }
    }
    Picture { width, height, bytes }
}

fn write(path: &Path, picture: &Picture) -> Result<(), Box<dyn Error>> {
    let file = File::create(path).map_err(|why| format!("{}: {why}", path.display()))?;
    let mut encoder = png::Encoder::new(file, u32::try_from(picture.width)?, u32::try_from(picture.height)?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(&picture.bytes)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(shade: u8) -> Picture {
        Picture { width: 4, height: 2, bytes: vec![shade; 4 * 2 * RGB] }
    }

    #[test]
    fn half_of_a_picture_is_the_mean_of_its_pixels() {
        let mut picture = plain(10);
        picture.bytes[0] = 50;
        assert_eq!(halved(&picture), Picture { width: 2, height: 1, bytes: vec![20, 10, 10, 10, 10, 10] });
    }

    #[test]
    fn a_fifth_picture_begins_a_row() {
        let sheet = sheet(&[0, 1, 2, 3, 4].map(plain));
        assert_eq!((sheet.width, sheet.height), (4 * (4 + GAP) + GAP, 2 * (2 + GAP) + GAP));
        let at = |x: usize, y: usize| sheet.bytes[(y * sheet.width + x) * RGB];
        assert_eq!((at(GAP, GAP), at(GAP + 3 * (4 + GAP), GAP), at(GAP, 2 * GAP + 2), at(0, 0)), (0, 3, 4, 0xb8));
    }
}
