#!/usr/bin/env bash
# Pictures without faces for a face detector, from Debian's packages alone: 825 to train on, 151 to look at while training, 512 to test with.
# Usage: recipes/backgrounds.sh FOLDER, on Debian 12 with imagemagick and unzip; FOLDER gets train, valid and test. Five minutes, and 1.5 GB
# of downloads, which stay in FOLDER/work; nothing is installed. JOBS=2 converts two pictures at a time.
#
# backgrounds.tsv names every picture: split, name, package, file, and what is cut out of it. Each was looked at: there is no human face in
# any, but animals, hands and toys. The splits go by package, or by theme within a large one, so that tests show what training never saw.
set -u
table="$(cd "$(dirname "$0")" && pwd)/backgrounds.tsv"
[ $# = 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
for tool in convert unzip perl apt-get dpkg-deb; do
  command -v $tool >/dev/null || { echo "$0: $tool not found: apt-get install imagemagick unzip" >&2; exit 2; }
done
mkdir -p "$1" && cd "$1" || exit 2
mkdir -p work/deb work/x train valid test
JOBS=${JOBS:-1}

PACKAGES="cimg-doc cimg-examples colobot-common-textures efl-doc endless-sky-data extremetuxracer-data foobillardplus-data games-thumbnails gcompris-qt-data gem-doc gimp-help-en gnome-backgrounds hugin-data kphotoalbum lbreakout2-data libelementary-data lomiri-wallpapers-16.04 lomiri-wallpapers-20.04 lxqt-themes mate-backgrounds openarena-081-textures opencv-doc palapeli-data plasma-workspace-wallpapers puzzle-jigsaw pysiogame python-kivy-examples python3-imageio python3-skimage python3-sklearn qtdeclarative5-examples scorched3d-data stellarium-data trigger-rally-data tuxmath-data tuxpaint-data tuxpaint-stamps-default tuxtype-data ukui-wallpapers visp-images-data"
for p in $PACKAGES; do
  ls work/deb/${p}_*.deb >/dev/null 2>&1 || ( cd work/deb && apt-get -q download $p ) \
    || { echo "no package $p" >&2; continue; }
  [ -d work/x/$p ] && continue
  mkdir -p work/x/$p.part && dpkg-deb -x work/deb/${p}_*.deb work/x/$p.part || continue
  case $p in
  gcompris-qt-data)       # the WebP pictures inside Qt resource files, in their order
    mkdir -p work/x/$p.part/carved
    for r in work/x/$p.part/usr/share/gcompris-qt/rcc/*.rcc; do
      perl -e 'undef $/; my ($f,$o)=@ARGV; open F,"<:raw",$f or die; $_=<F>; my $n=0;
        while (/RIFF(....)WEBP/sg) { my $l=unpack("V",$1)+8; my $p=$-[0];
          open G,">:raw",sprintf("%s_%03d.webp",$o,$n++); print G substr($_,$p,$l); close G; }' \
        $r work/x/$p.part/carved/$(basename $r .rcc)
    done ;;
  openarena-081-textures)
    unzip -qo work/x/$p.part/usr/share/games/openarena/baseoa/pak4-textures.pk3 -d work/x/$p.part/unz ;;
  trigger-rally-data)
    unzip -qo work/x/$p.part/usr/share/games/trigger-rally/data.zip -d work/x/$p.part/unz ;;
  esac
  mv work/x/$p.part work/x/$p
done

one() { # split name package path crop
  local src=work/x/$3/$4 out=$1/$2.jpg crop=()
  [ -s "$out" ] && return
  [ -s "$src" ] || { echo "missing: $3 $4" >&2; return; }
  [ "$5" = - ] || crop=(-crop "$5" +repage)
  convert -quiet -limit thread 1 "${src}[0]" -background '#c8c8c8' -flatten "${crop[@]}" \
    -colorspace Gray -depth 8 -filter Lanczos -resize '1280x1280>' -strip -quality 92 "$out" \
    || { rm -f "$out"; echo "not converted: $3 $4" >&2; }
}
n=0
while IFS=$'\t' read -r split name pkg path crop; do
  one "$split" "$name" "$pkg" "$path" "$crop" </dev/null &
  n=$((n+1)); [ $((n % JOBS)) = 0 ] && wait
done < "$table"
wait
for s in train valid test; do echo "$s: $(ls $s | wc -l) pictures"; done
exit 0
